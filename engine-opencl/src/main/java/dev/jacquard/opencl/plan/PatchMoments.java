package dev.jacquard.opencl.plan;

import dev.jacquard.graph.Op;
import dev.jacquard.opencl.binding.WorkSize;

/**
 * The moments of what a first convolution's window sees: of each image of a data set, made when a
 * plan first reads it and kept with it, and from these of each step's batch, made before the first
 * step of each upload.
 */
final class PatchMoments implements Command {
  private static final String FAMILY = "conv2d_few_moments";

  /** Items of a group: at least one for each tap. */
  private static final int GROUP = Limits.LEAST_GROUP;

  /** Groups a unit. */
  private static final int SPREAD = 16;

  /**
   * Multiply-adds of a launch: a driver may end one that keeps a screen waiting, after two seconds
   * as a rule.
   */
  private static final long WORK = 1 << 28;

  private final Script script;
  private final Object window;
  private final int floats;
  private final int chunk;
  private final Launch table;
  private final Launch merge;
  private final long merged;

  /**
   * Moments for a convolution that reads the input op.
   *
   * @param rows of its output that local memory has room for, a divisor of its height
   */
  PatchMoments(Job job, Linear l, int rows) {
    this.script = job.script();
    this.window = l.window();
    this.floats = l.taps() + l.taps() * (l.taps() + 1) / 2;
    Op.Input input = job.graph().input();
    Defines defines =
        LinearDefines.seen(new Defines().with("BATCH", job.batch()), l)
            .with("OUT_H", l.window().outH())
            .with("OUT_W", l.window().outW())
            .with("ROWS", rows)
            .with("GROUP", GROUP)
            .tuned("UNROLL", script.context().limits().cpu() ? 0 : 1)
            .stored(input, "X_");
    String what = "moments of patches of " + l.node().name();
    this.merged = script.memory().buffer(4L * script.capacity() * floats, what);
    int groups = SPREAD * script.context().limits().units();
    WorkSize over = WorkSize.of(groups, GROUP);
    long each = (long) floats * l.window().outH() * l.window().outW();
    this.chunk = Math.toIntExact(Math.max(WORK / each, groups));
    this.table =
        script.apart(what, FAMILY, FAMILY, defines).samples().images().patches().over(over);
    this.merge =
        script
            .apart(what, FAMILY, FAMILY + "_merge", defines)
            .patches()
            .buffer(job.indices())
            .buffer(script.steps())
            .step()
            .buffer(merged)
            .over(over);
  }

  /** Those of each step, {@code [steps, taps + taps * (taps + 1) / 2]}. */
  long merged() {
    return merged;
  }

  @Override
  public void run(Turn turn) {
    turn.patches =
        turn.data.patches(
            window,
            floats,
            buffer -> {
              turn.patches = buffer;
              for (int image = 0; image < turn.data.size(); image = turn.endImage) {
                turn.firstImage = image;
                turn.endImage = (int) Math.min((long) image + chunk, turn.data.size());
                table.run(turn);
              }
              // Another plan may read them, whose queue knows nothing of this one.
              script.cl().finish(script.queue());
            });
    merge.run(turn);
  }
}
