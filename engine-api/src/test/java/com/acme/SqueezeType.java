package com.acme;

import dev.jacquard.layer.Fields;
import dev.jacquard.layer.Layer;
import dev.jacquard.layer.LayerType;

/** Makes {@link Squeeze} known. Public, as ServiceLoader wants it. */
public final class SqueezeType implements LayerType {
  /** For ServiceLoader. */
  public SqueezeType() {}

  @Override
  public String name() {
    return "acme:squeeze";
  }

  @Override
  public Layer parse(Fields fields) {
    return new Squeeze(fields.intAtLeast("factor", 1));
  }
}
