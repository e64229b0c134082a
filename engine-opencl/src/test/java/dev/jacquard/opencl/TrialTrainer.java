package dev.jacquard.opencl;

import dev.jacquard.backend.Plan;
import dev.jacquard.backend.ResidentData;
import dev.jacquard.backend.Stretch;
import dev.jacquard.backend.StretchResult;
import dev.jacquard.backend.Trainer;
import dev.jacquard.graph.Graph;
import dev.jacquard.opencl.binding.WorkSize;
import dev.jacquard.reference.ReferenceModel;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The forward half of a training step on an OpenCL device, under the contract of {@link Trainer}:
 * it shows that a stretch runs without a round trip to the host. Of every step it also keeps what
 * the blocks made, on the device, for a test to look at afterwards.
 */
final class TrialTrainer implements Trainer {
  private static final int STEP_BYTES = 16;

  private final Workbench bench;
  private final List<BlockOnDevice> blocks = new ArrayList<>();
  private final List<Long> keptPooled = new ArrayList<>();
  private final List<Long> keptWinners = new ArrayList<>();
  private final Plan plan;
  private final long indices;
  private final long steps;
  private final long losses;
  private final long hits;
  private final long head;
  private final ByteBuffer staging;

  TrialTrainer(
      Workbench bench, Graph graph, int batch, int capacity, ReferenceModel oracle, long seed) {
    this.bench = bench;
    List<Plan.Stage> stages = new ArrayList<>();
    for (Block block : Block.of(graph)) {
      BlockOnDevice onDevice = new BlockOnDevice(bench, block, batch, oracle, seed);
      blocks.add(onDevice);
      keptPooled.add(bench.buffer(capacity * onDevice.pooledElements() * Float.BYTES));
      keptWinners.add(bench.buffer(capacity * onDevice.pooledElements()));
      stages.add(stage(block.conv().name(), "conv2d_forward"));
      stages.add(stage(block.pool().name(), "normalize_pool_forward"));
    }
    stages.add(stage(graph.head().name(), "trial_head"));
    plan = new Plan(stages, stages.size(), 0, "trial");
    indices = bench.buffer(capacity * batch * Integer.BYTES);
    steps = bench.buffer(capacity * STEP_BYTES);
    losses = bench.buffer(capacity * Float.BYTES);
    hits = bench.buffer(capacity * Integer.BYTES);
    staging = Workbench.bytes(capacity * Math.max(batch * Integer.BYTES, STEP_BYTES));
    int pixels =
        graph.inputShape(graph.node(graph.head().inputs().get(0)), 0).elements() / graph.classes();
    String defines = " -DCLASSES=" + graph.classes() + " -DPIXELS=" + pixels + " -DBATCH=" + batch;
    head = bench.kernel(Workbench.source("trial_head.cl"), defines, "trial_head");
  }

  private static Plan.Stage stage(String op, String kernel) {
    return new Plan.Stage(op + " forward", List.of(op), kernel, "", 0, 0);
  }

  @Override
  public void run(ResidentData data, Stretch stretch, StretchResult result) {
    connect((TrialData) data);
    upload(stretch);
    for (int step = 0; step < stretch.steps(); step++) {
      for (BlockOnDevice block : blocks) {
        block.enqueue(step);
      }
      bench.cl().setInt(head, 3, step);
      bench.cl().launch(bench.queue(), head, WorkSize.of(1, 1));
      keep(step);
    }
    download(stretch.steps(), result);
  }

  private void connect(TrialData data) {
    long stored = data.elements();
    for (BlockOnDevice block : blocks) {
      block.connect(stored, indices, steps);
      stored = block.pooled();
    }
    bench.cl().setBuffer(head, 0, stored);
    bench.cl().setBuffer(head, 1, indices);
    bench.cl().setBuffer(head, 2, steps);
    bench.cl().setBuffer(head, 4, data.labels());
    bench.cl().setBuffer(head, 5, losses);
    bench.cl().setBuffer(head, 6, hits);
  }

  /** Two writes for a whole stretch. */
  private void upload(Stretch stretch) {
    staging.clear();
    staging.asIntBuffer().put(stretch.indices(), 0, stretch.steps() * stretch.batch());
    staging.limit(stretch.steps() * stretch.batch() * Integer.BYTES);
    bench.cl().write(bench.queue(), indices, 0, staging);
    staging.clear();
    for (int step = 0; step < stretch.steps(); step++) {
      staging.putInt(stretch.size(step)).putInt(stretch.position(step));
      staging.putInt((int) (stretch.firstStep() + step)).putFloat((float) stretch.rate(step));
    }
    bench.cl().write(bench.queue(), steps, 0, staging.flip());
  }

  private void keep(int step) {
    for (int b = 0; b < blocks.size(); b++) {
      int elements = blocks.get(b).pooledElements();
      copy(blocks.get(b).pooled(), keptPooled.get(b), step, elements * Float.BYTES);
      copy(blocks.get(b).winners(), keptWinners.get(b), step, elements);
    }
  }

  private void copy(long from, long to, int step, int bytes) {
    bench.cl().copy(bench.queue(), from, 0, to, (long) step * bytes, bytes);
  }

  private void download(int count, StretchResult result) {
    System.arraycopy(bench.readFloats(losses, 0, count), 0, result.losses(), 0, count);
    staging.clear().limit(count * Integer.BYTES);
    bench.cl().read(bench.queue(), hits, 0, staging);
    staging.asIntBuffer().get(result.hits(), 0, count);
  }

  BlockOnDevice block(int b) {
    return blocks.get(b);
  }

  /** What block {@code b} made in a step of the last stretch. */
  float[] pooled(int b, int step) {
    int elements = blocks.get(b).pooledElements();
    return bench.readFloats(keptPooled.get(b), step * elements, elements);
  }

  /** The bits that block {@code b} kept in a step of the last stretch. */
  byte[] winners(int b, int step) {
    int elements = blocks.get(b).pooledElements();
    return bench.read(keptWinners.get(b), step * elements, elements);
  }

  @Override
  public Plan plan() {
    return plan;
  }

  @Override
  public void close() {
    // The workbench owns everything.
  }
}
