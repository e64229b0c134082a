package dev.jacquard.cpu.plan;

import dev.jacquard.backend.Plan;
import dev.jacquard.cpu.thread.Workers;

/** A stage that treats images one by one. */
final class ImagesStage implements Stage, Workers.Task {
  /** Elements that make a unit worth handing to a thread. */
  private static final int UNIT = 8192;

  private final Plan.Stage about;
  private final int unit;
  private final Serial before;
  private final Body body;
  private Step step;

  /** Treats some images of the batch. */
  interface Body {
    void images(Step step, int first, int count, int worker);
  }

  /**
   * A stage.
   *
   * @param elements that an image has, which decides how many images make a unit
   */
  ImagesStage(Plan.Stage about, int elements, Serial before, Body body) {
    this(Math.max(1, UNIT / elements), about, before, body);
  }

  ImagesStage(Plan.Stage about, int elements, Body body) {
    this(about, elements, step -> {}, body);
  }

  private ImagesStage(int unit, Plan.Stage about, Serial before, Body body) {
    this.about = about;
    this.unit = unit;
    this.before = before;
    this.body = body;
  }

  /** A stage whose units are {@code unit} images. */
  static ImagesStage inUnits(int unit, Plan.Stage about, Body body) {
    return new ImagesStage(unit, about, step -> {}, body);
  }

  @Override
  public Plan.Stage describe() {
    return about;
  }

  @Override
  public void run(Step now) {
    before.run(now);
    step = now;
    now.workers.run((now.n + unit - 1) / unit, this);
  }

  @Override
  public void run(int number, int worker) {
    int first = number * unit;
    body.images(step, first, Math.min(unit, step.n - first), worker);
  }
}
