package dev.jacquard.opencl.plan;

import dev.jacquard.opencl.binding.WorkSize;

/** Products on processors: items without neighbours, which pack images and sum in registers. */
final class RowProducts implements Products {
  private static final String FORWARD = "conv2d_forward_rows";
  private static final String BACKWARD = "conv2d_backward_rows";
  private static final int FORWARD_SPAN = 16;
  private static final int BACKWARD_SPAN = 64;
  private static final int PARTS = 8;

  private final Script script;
  private final Flipped flipped;
  private final RowTile tile;
  private final Products others;
  private final int batch;
  private final long indices;

  /**
   * Products of a batch.
   *
   * @param flipped the weights that gradients of inputs need
   * @param others what does the few that packing is not made for
   */
  RowProducts(Script script, Flipped flipped, Products others, int batch, long indices) {
    this.script = script;
    this.flipped = flipped;
    this.tile = new RowTile(script.context().limits());
    this.others = others;
    this.batch = batch;
    this.indices = indices;
  }

  @Override
  public boolean gathers(Linear linear) {
    return !linear.dense() && forwardStrip(linear, 1) > 0;
  }

  /**
   * Samples that stand side by side in an image.
   *
   * @param packed floats of a sample that an item packs
   */
  private int span(Linear linear, int most, int packed) {
    int span = linear.dense() ? Math.min(batch, most) : 1;
    while (span > 1 && 4L * padded(span) * packed > tile.packed()) {
      span--;
    }
    return span;
  }

  private int forwardSpan(Linear linear) {
    return span(linear, FORWARD_SPAN, linear.taps());
  }

  private int backwardSpan(Linear linear) {
    return span(linear, BACKWARD_SPAN, linear.filters());
  }

  /** Pixels of a row of whole tiles. */
  private long padded(int width) {
    int rows = tile.rows(width);
    return (width + rows - 1L) / rows * rows;
  }

  private int images(int span) {
    return (batch + span - 1) / span;
  }

  private int forwardStrip(Linear l, int span) {
    int width = span > 1 ? span : l.window().outW();
    long columns = (padded(width) - 1) * l.window().strideW();
    long line = (columns + l.window().kernelW()) * l.in().channels();
    return tile.strip(l.window().outH(), l.window().strideH(), l.window().kernelH(), line);
  }

  private Defines shape(Linear l, int span) {
    Defines defines = LinearDefines.of(l.in(), l.window(), l.filters(), batch, span);
    return defines.with("SPAN", span);
  }

  @Override
  public Partials forward(Linear l, Source x, Weights weights, long y, boolean moments) {
    int span = forwardSpan(l);
    int strip = forwardStrip(l, span);
    if (strip == 0) {
      return others.forward(l, x, weights, y, moments);
    }
    int width = tile.width(l.filters());
    int columns = tile.columns(l.filters(), width);
    int items = images(span) * (l.window().outH() / strip);
    int panels = l.filters() / (width * columns);
    int shares = RowTile.divisorFrom(panels, (tile.items() + items - 1) / items);
    int outW = span > 1 ? span : l.window().outW();
    int rows = strip * outW;
    int tiles = images(span) * (l.window().outH() / strip);
    long partials =
        moments
            ? script.memory().buffer(8L * tiles * l.filters(), "moments of " + l.node().name())
            : script.any();
    Defines defines =
        Source.into(shape(l, span), x)
            .tuned("WIDTH", width)
            .tuned("COLUMNS", columns)
            .tuned("ROWS", tile.rows(outW))
            .tuned("SHARES", shares)
            .with("STRIP", strip)
            .with("BIAS", weights.bias() != 0)
            .with("STATISTICS", moments);
    String name = l.node().name() + " forward";
    x.give(script.launch(name, l.node(), FORWARD, FORWARD, defines))
        .buffer(indices)
        .buffer(script.steps())
        .step()
        .buffer(weights.kernel())
        .buffer(script.or(weights.bias()))
        .buffer(y)
        .buffer(partials)
        .over(WorkSize.of((long) items * shares, 1))
        .costs(l.flops(batch), l.traffic(batch));
    return moments ? new Partials(partials, rows) : null;
  }

  @Override
  public int parts(Linear l) {
    return filterStrip(l) == 0 ? others.parts(l) : l.dense() ? 1 : Math.min(PARTS, batch);
  }

  private int filterStrip(Linear l) {
    if (l.dense()) {
      return 1;
    }
    long columns = (l.window().outW() - 1L) * l.window().strideW() + l.window().kernelW();
    return tile.strip(
        l.window().outH(),
        l.window().strideH(),
        l.window().kernelH(),
        columns * l.in().channels() + tile.rows(l.in().channels()));
  }

  private int dataStrip(Linear l, int span) {
    int width = span > 1 ? span : l.in().dim(1);
    long columns = padded(width) - 1 + l.window().kernelW();
    return tile.strip(l.in().dim(0), 1, l.window().kernelH(), columns * l.filters());
  }

  @Override
  public Partials backward(Linear l, Source x, long dy, Wanted wanted, long parts) {
    boolean filter = filterStrip(l) > 0;
    boolean data = wanted != null && l.unitStrides() && dataStrip(l, backwardSpan(l)) > 0;
    boolean together = filter && data && tile.width(l.filters()) == tile.width(l.in().channels());
    if (together) {
      return launch(l, x, dy, wanted, parts);
    }
    if (filter) {
      launch(l, x, dy, null, parts);
    } else {
      others.backward(l, x, dy, null, parts);
    }
    if (wanted == null) {
      return null;
    }
    return data ? launch(l, null, dy, wanted, 0) : others.backward(l, null, dy, wanted, 0);
  }

  /** One launch: for the input's gradient if it is wanted, for the weights' if there is an x. */
  private Partials launch(Linear l, Source x, long dy, Wanted wanted, long parts) {
    int span = backwardSpan(l);
    boolean sums = wanted != null && wanted.before() != null;
    int width =
        Math.min(
            x == null ? Integer.MAX_VALUE : tile.width(l.filters()),
            wanted == null ? Integer.MAX_VALUE : tile.width(l.in().channels()));
    Defines defines =
        Source.into(shape(l, span), x)
            .tuned("WIDTH", width)
            .with("DATA", wanted != null)
            .with("FILTER", x != null)
            .with("ACCUMULATE", wanted != null && wanted.accumulate())
            .with("SUMS", sums);
    int strip = wanted == null ? l.in().dim(0) : dataStrip(l, span);
    int items = wanted == null ? 0 : data(l, defines, span, strip, width);
    int tiles = images(span) * (l.in().dim(0) / strip);
    if (x != null) {
      items += filter(l, defines, width);
    }
    defines.with("STRIP", strip).with("FILTER_STRIP", Math.max(filterStrip(l), 1));
    if (sums) {
      ChainDefines.factors(defines, wanted.before().chain());
    }
    long partials =
        sums
            ? script.memory().buffer(8L * tiles * l.in().channels(), "sums of gradients")
            : script.any();
    String name =
        l.node().name() + (wanted == null ? " filter" : x == null ? " data" : " backward");
    Launch launch = script.stepped(name, l.node(), BACKWARD, BACKWARD, defines);
    (x == null ? launch.buffer(script.any()) : x.give(launch)).buffer(indices).buffer(dy);
    launch
        .buffer(wanted == null ? script.any() : flipped.of(l))
        .buffer(wanted == null ? script.any() : wanted.buffer());
    ChainKept kept = sums ? wanted.before().kept() : new ChainKept(0, 0, 0);
    launch
        .buffer(script.or(kept.codes()))
        .buffer(script.or(kept.picked()))
        .buffer(script.or(kept.statistics()))
        .buffer(partials)
        .buffer(x == null ? script.any() : parts)
        .over(WorkSize.of(items, 1));
    int products = (wanted == null ? 0 : 1) + (x == null ? 0 : 1);
    launch.costs(products * l.flops(batch), products * l.traffic(batch));
    int rows = strip * (span > 1 ? span : l.in().dim(1));
    return sums ? new Partials(partials, rows) : null;
  }

  /** How the input's gradient is cut; returns the items that make it. */
  private int data(Linear l, Defines defines, int span, int strip, int width) {
    int channels = l.in().channels();
    int columns = tile.columns(channels, width);
    int items = images(span) * (l.in().dim(0) / strip);
    int panels = channels / (width * columns);
    int shares = RowTile.divisorFrom(panels, (tile.items() + items - 1) / items);
    defines
        .tuned("COLUMNS", columns)
        .tuned("ROWS", tile.rows(span > 1 ? span : l.in().dim(1)))
        .tuned("SHARES", shares);
    return items * shares;
  }

  /** How the weights' gradient is cut; returns the items that make it. */
  private int filter(Linear l, Defines defines, int width) {
    int run = l.window().kernelW() * l.in().channels();
    int rows = l.dense() ? RowTile.divisor(run, 8) : tile.rows(run);
    int tiles = l.window().kernelH() * ((run + rows - 1) / rows);
    int slabs = Math.min(tiles, Math.max(1, tile.items() / parts(l)));
    defines
        .tuned("FILTER_ROWS", rows)
        .tuned("FILTER_COLUMNS", tile.columns(l.filters(), width))
        .with("PARTS", parts(l))
        .tuned("SLABS", slabs)
        .with("DIRECT", l.dense());
    return parts(l) * slabs;
  }
}
