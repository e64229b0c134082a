package acme.layer;

import dev.jacquard.graph.Interval;
import dev.jacquard.layer.Fields;
import dev.jacquard.layer.Layer;
import dev.jacquard.layer.LayerType;

/** Makes {@link Scale} known to network files. */
public final class ScaleType implements LayerType {
  @Override
  public String name() {
    return Scale.TYPE;
  }

  @Override
  public Layer parse(Fields fields) {
    return new Scale(fields.number("factor", Interval.above(0), 1));
  }
}
