package dev.jacquard.opencl.plan;

import dev.jacquard.opencl.binding.WorkSize;
import dev.jacquard.opencl.tuning.Choice;
import dev.jacquard.opencl.tuning.Space;

/** Products on processors: items without neighbours, which pack images and sum in registers. */
final class RowProducts implements Products {
  private static final String FORWARD = "conv2d_forward_rows";
  private static final String BACKWARD = "conv2d_backward_rows";

  private final Script script;
  private final Flipped flipped;
  private final RowTile tile;
  private final RowSpaces spaces;
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
    this.spaces = new RowSpaces(tile, batch);
    this.others = others;
    this.batch = batch;
    this.indices = indices;
  }

  @Override
  public boolean gathers(Linear linear) {
    return !linear.dense() && spaces.forwardFits(linear);
  }

  private Defines shape(Linear l, int span) {
    Defines defines = LinearDefines.of(l.in(), l.window(), l.filters(), batch, span);
    return defines.with("SPAN", span);
  }

  @Override
  public Partials forward(Linear l, Source x, Weights weights, long y, boolean moments) {
    if (!spaces.forwardFits(l)) {
      return others.forward(l, x, weights, y, moments);
    }
    String name = l.node().name() + " forward";
    int width = tile.width(l.filters());
    Choice choice = choose(name, FORWARD, l, "", spaces.forward(l, width));
    int span = spaces.forwardSpan(l);
    int strip = choice.of("strip");
    int rows = strip * (span > 1 ? span : l.window().outW());
    int tiles = spaces.images(span) * (l.window().outH() / strip);
    long partials =
        moments
            ? script.memory().buffer(8L * tiles * l.filters(), "moments of " + l.node().name())
            : script.any();
    Defines defines =
        Source.into(shape(l, span), x)
            .tuned("WIDTH", width)
            .tuned("COLUMNS", choice.of("columns"))
            .tuned("ROWS", choice.of("rows"))
            .tuned("SHARES", choice.of("shares"))
            .with("STRIP", strip)
            .with("BIAS", weights.bias() != 0)
            .with("STATISTICS", moments);
    x.give(script.launch(name, l.node(), FORWARD, FORWARD, defines))
        .buffer(indices)
        .buffer(script.steps())
        .step()
        .buffer(weights.kernel())
        .buffer(script.or(weights.bias()))
        .buffer(y)
        .buffer(partials)
        .over(WorkSize.of((long) tiles * choice.of("shares"), 1))
        .costs(l.flops(batch), l.traffic(batch, x.bytes(), 1));
    return moments ? new Partials(partials, rows) : null;
  }

  private Choice choose(String stage, String family, Linear l, String what, Space space) {
    return script.context().choose(stage, family + " " + l.shape(batch) + what, space);
  }

  private Choice filterChoice(Linear l, String stage) {
    return choose(stage, BACKWARD, l, " filter", spaces.filter(l, tile.width(l.filters())));
  }

  @Override
  public int parts(Linear l) {
    return spaces.filterFits(l)
        ? filterChoice(l, l.node().name() + " filter").of("parts")
        : others.parts(l);
  }

  @Override
  public Sums backward(Linear l, Source x, long dy, Wanted wanted, long parts) {
    boolean filter = spaces.filterFits(l);
    boolean data = wanted != null && l.unitStrides() && spaces.dataFits(l);
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
  private Sums launch(Linear l, Source x, long dy, Wanted wanted, long parts) {
    String name =
        l.node().name() + (wanted == null ? " filter" : x == null ? " data" : " backward");
    int span = spaces.backwardSpan(l);
    boolean sums =
        wanted != null
            && wanted.before() != null
            && wanted.before().channels() == l.in().channels();
    Defines defines =
        Source.into(shape(l, span), x)
            .tuned("WIDTH", tile.width(x == null ? l.in().channels() : l.filters()))
            .with("DATA", wanted != null)
            .with("FILTER", x != null)
            .with("ACCUMULATE", wanted != null && wanted.accumulate())
            .with("SUMS", sums);
    Choice strips =
        wanted == null
            ? Choice.NONE
            : choose(name, BACKWARD, l, " data", spaces.data(l, tile.width(l.in().channels())));
    int tiles = wanted == null ? 0 : spaces.images(span) * (l.in().dim(0) / strips.of("strip"));
    int items = tiles == 0 ? 0 : tiles * data(defines, strips);
    if (x != null) {
      items += filter(l, defines, filterChoice(l, name));
    }
    if (sums) {
      ChainDefines.factors(defines, wanted.before().chain());
    }
    long partials =
        sums
            ? script.memory().buffer(8L * tiles * l.in().channels(), "sums of gradients")
            : script.any();
    Launch launch = script.stepped(name, l.node(), BACKWARD, BACKWARD, defines);
    (x == null ? launch.buffer(script.any()) : x.give(launch)).buffer(indices).buffer(dy);
    ChainKept kept = sums ? wanted.before().kept() : ChainKept.NONE;
    int products = (wanted == null ? 0 : 1) + (x == null ? 0 : 1);
    launch
        .buffer(wanted == null ? script.any() : flipped.of(l))
        .buffer(wanted == null ? script.any() : wanted.buffer())
        .buffer(script.or(kept.codes()))
        .buffer(script.or(kept.picked()))
        .buffer(script.or(kept.statistics()))
        .buffer(partials)
        .buffer(x == null ? script.any() : parts)
        .over(WorkSize.of(items, 1))
        .costs(
            products * l.flops(batch),
            Products.traffic(l, batch, x, wanted, sums, x == null ? 0 : parts(l)));
    return sums ? new Sums(partials, tiles) : null;
  }

  /** How the input's gradient is cut; returns the items that share a strip. */
  private static int data(Defines defines, Choice choice) {
    defines
        .tuned("COLUMNS", choice.of("columns"))
        .tuned("ROWS", choice.of("rows"))
        .tuned("SHARES", choice.of("shares"))
        .with("STRIP", choice.of("strip"));
    return choice.of("shares");
  }

  /** How the weights' gradient is cut; returns the items that make it. */
  private static int filter(Linear l, Defines defines, Choice choice) {
    defines
        .tuned("FILTER_ROWS", choice.of("rows"))
        .tuned("FILTER_COLUMNS", choice.of("columns"))
        .tuned("SLABS", choice.of("slabs"))
        .with("PARTS", choice.of("parts"))
        .with("FILTER_STRIP", choice.of("strip"))
        .with("DIRECT", l.dense());
    return choice.of("parts") * choice.of("slabs");
  }
}
