package dev.jacquard.reference;

import dev.jacquard.backend.ResidentData;
import dev.jacquard.data.DataSet;

/** A data set that a session holds on to. */
final class ReferenceData implements ResidentData {
  private final ReferenceSession session;
  private final DataSet set;

  ReferenceData(ReferenceSession session, DataSet set) {
    this.session = session;
    this.set = set;
  }

  DataSet set() {
    return set;
  }

  @Override
  public int size() {
    return set.size();
  }

  @Override
  public void close() {
    session.drop(this);
  }
}
