package dev.jacquard.opencl.plan;

import dev.jacquard.backend.Precision;
import dev.jacquard.graph.Chain;
import dev.jacquard.graph.Node;
import dev.jacquard.opencl.binding.WorkSize;
import dev.jacquard.opencl.tuning.Choice;
import dev.jacquard.opencl.tuning.Space;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Products on graphics processors, where a group of a convolution brings the rows that it needs
 * into local memory once for all taps; the others are tiles.
 */
final class StripProducts implements Products {
  private static final String FAMILY = "conv2d_strip";

  private static final int WARP = 32;

  private final Script script;
  private final Context context;
  private final Products others;
  private final State state;
  private final StripFilter filter;
  private final StripPresets presets;
  private final int batch;
  private final boolean cores;

  /**
   * Products of a batch.
   *
   * @param others does what is no convolution of this kind
   */
  StripProducts(Script script, Products others, State state, int batch) {
    this.script = script;
    this.context = script.context();
    this.others = others;
    this.state = state;
    this.filter = new StripFilter(script, batch);
    this.batch = batch;
    this.cores = context.precision() != Precision.FP32;
    this.presets = new StripPresets(context, batch, cores);
  }

  @Override
  public boolean gathers(Linear linear) {
    return others.gathers(linear);
  }

  private Space space(StripPass pass, StripCut preset) {
    // Those that come next to filling the tile, and whole images.
    IntStream filling =
        IntStream.iterate(WARP, rows -> rows <= StripCut.MOST_ROWS, rows -> rows + WARP)
            .map(rows -> rows / pass.width());
    IntStream whole =
        IntStream.rangeClosed(1, StripCut.MOST_ROWS / pass.width())
            .filter(strip -> strip % pass.height() == 0 || pass.height() % strip == 0);
    List<Integer> strips =
        IntStream.concat(filling, whole).filter(strip -> strip > 0).distinct().boxed().toList();
    return Space.of(choice -> new StripCut(choice, pass.width(), cores).legal(context, pass))
        .with("strip", preset.strip(), strips)
        .with("tile_k", preset.k(), List.of(8, 16, 32, 64))
        .with("tile_n", preset.n(), List.of(16, 32, 64, 128))
        .with("item_m", preset.itemM(), List.of(2, 4, 7, 8, 14))
        .with("item_n", preset.itemN(), List.of(2, 4, 8, 16))
        .with("depth", preset.depth(), List.of(1, 2, 3, 4))
        .with("groups", preset.groups(), List.of(1, 2, 3, 4));
  }

  /** How a pass is cut; null if it is for others. */
  private StripCut cut(StripPass pass, String stage) {
    Linear l = pass.l();
    boolean fits =
        !l.dense()
            && l.unitStrides()
            && l.window().kernelH() * l.window().kernelW() > 1
            && l.in().channels() % 8 == 0
            && l.filters() % 8 == 0;
    Optional<StripCut> preset = fits ? presets.of(pass) : Optional.empty();
    if (preset.isEmpty()) {
      return null;
    }
    String kind = pass.data() ? " data " : pass.pools() ? " pooled " : " forward ";
    String launch = FAMILY + kind + l.shape(batch);
    Choice choice = context.chooseProduct(stage, launch, space(pass, preset.get()));
    return new StripCut(choice, pass.width(), cores);
  }

  private Defines defines(StripPass pass, StripCut cut) {
    Linear l = pass.l();
    Defines defines =
        LinearDefines.of(l.in(), l.window(), l.filters(), batch)
            .with("DATA", pass.data())
            .with("STRIP", cut.strip())
            .with("TILE_M", cut.m())
            .with("TILE_N", cut.n())
            .with("TILE_K", cut.k())
            .with("ITEM_M", cut.itemM())
            .with("ITEM_N", cut.itemN())
            .tuned("DEPTH", cut.depth())
            .tuned("UNROLL", context.limits().cpu() ? 1 : 4);
    context.ahead(defines, cut.registers());
    return cores ? TensorCores.into(defines, context) : defines;
  }

  private WorkSize over(StripPass pass, StripCut cut) {
    long columns = cut.columns(pass);
    long room = Math.max(1, (long) context.limits().units() * cut.groups() / columns);
    return new WorkSize(
        Math.min(pass.strips(cut.strip(), batch), room) * columns,
        1,
        (long) cut.n() / cut.itemN(),
        (long) cut.m() / cut.itemM());
  }

  /** Room for a pair for each strip and channel of a pass. */
  private long pairs(StripPass pass, StripCut cut, String what) {
    long pairs = pass.strips(cut.strip(), batch) * pass.channels();
    return script.memory().buffer(8 * pairs, what);
  }

  @Override
  public Partials forward(Linear l, Source x, Weights weights, long y, boolean moments) {
    String name = l.node().name() + " forward";
    StripCut cut = x.gathered() == null ? cut(StripPass.forward(l), name) : null;
    if (cut == null) {
      return others.forward(l, x, weights, y, moments);
    }
    StripPass pass = StripPass.forward(l);
    long partials = moments ? pairs(pass, cut, "moments of " + l.node().name()) : script.any();
    Defines defines =
        defines(pass, cut).with("BIAS", weights.bias() != 0).with("STATISTICS", moments);
    script
        .stepped(name, l.node(), FAMILY, FAMILY, defines)
        .buffer(x.buffer())
        .buffer(weights.kernel())
        .buffer(script.or(weights.bias()))
        .buffer(y)
        .buffer(partials)
        .over(over(pass, cut))
        .costs(l.flops(batch), l.traffic(batch, Float.BYTES, 1));
    return moments ? new Partials(partials, cut.strip() * pass.width()) : null;
  }

  @Override
  public boolean ends(Linear l, Chain chain) {
    return l.node().inputs().get(0) != 0
        && cut(StripPass.forward(l, chain), l.node().name() + " forward") != null;
  }

  @Override
  public void forward(Linear l, Source x, Weights weights, Chain chain, long out) {
    String name = l.node().name() + " forward";
    StripPass pass = StripPass.forward(l, chain);
    StripCut cut = cut(pass, name);
    Defines defines =
        defines(pass, cut)
            .with("BIAS", weights.bias() != 0)
            .with("STATISTICS", false)
            .with("SLOPE", chain.slope())
            .with("POOL", chain.pools());
    List<Node> nodes = new ArrayList<>(List.of(l.node()));
    nodes.addAll(chain.nodes());
    long made = (long) batch * l.pixels() * l.filters();
    script
        .stepped(name, null, FAMILY, FAMILY, defines)
        .merging(nodes)
        .buffer(x.buffer())
        .buffer(weights.kernel())
        .buffer(script.or(weights.bias()))
        .buffer(out)
        .buffer(script.any())
        .over(over(pass, cut))
        .costs(
            l.flops(batch) + 2 * made,
            l.traffic(batch, Float.BYTES, 1) - (chain.pools() ? 3 * made : 0));
  }

  @Override
  public int parts(Linear l) {
    return filter.fits(l) ? filter.parts(l) : others.parts(l);
  }

  @Override
  public Sums backward(Linear l, Source x, long dy, Wanted wanted, long parts) {
    StripCut cut = wanted == null ? null : cut(StripPass.data(l), l.node().name() + " data");
    boolean alone = x != null && filter.fits(l);
    if (cut == null && !alone) {
      return others.backward(l, x, dy, wanted, parts);
    }
    Sums sums = null;
    if (cut != null) {
      sums = data(l, cut, dy, wanted);
    } else if (wanted != null) {
      sums = others.backward(l, null, dy, wanted, 0);
    }
    if (alone) {
      filter.launch(l, x.buffer(), dy, parts);
    } else if (x != null) {
      others.backward(l, x, dy, null, parts);
    }
    return sums;
  }

  private Sums data(Linear l, StripCut cut, long dy, Wanted wanted) {
    StripPass pass = StripPass.data(l);
    boolean sums = wanted.before() != null;
    long partials = sums ? pairs(pass, cut, "sums of gradients") : script.any();
    Defines defines = defines(pass, cut).with("ACCUMULATE", wanted.accumulate()).with("SUMS", sums);
    if (sums) {
      ChainDefines.factors(defines, wanted.before().chain());
    }
    ChainKept kept = sums ? wanted.before().kept() : ChainKept.NONE;
    script
        .stepped(l.node().name() + " data", l.node(), FAMILY, FAMILY, defines)
        .buffer(dy)
        .buffer(state.part(l.node(), "kernel"))
        .buffer(wanted.buffer())
        .buffer(script.or(kept.codes()))
        .buffer(script.or(kept.picked()))
        .buffer(script.or(kept.statistics()))
        .buffer(partials)
        .over(over(pass, cut))
        .costs(l.flops(batch), Products.traffic(l, batch, null, wanted, sums, 0));
    return sums ? new Sums(partials, pass.strips(cut.strip(), batch)) : null;
  }
}
