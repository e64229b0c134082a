package dev.jacquard.cli.bench;

import dev.jacquard.backend.Device;
import dev.jacquard.backend.ResidentData;
import dev.jacquard.backend.Session;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.backend.Stretch;
import dev.jacquard.backend.StretchResult;
import dev.jacquard.backend.Trainer;
import dev.jacquard.data.DataSet;
import dev.jacquard.graph.Graph;
import dev.jacquard.graph.Optimizer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * How long it takes from nothing to the result of the first training step, in seconds, part by
 * part.
 *
 * @param open opening the device
 * @param session making the session, with its initial weights
 * @param upload putting the training images onto the device
 * @param build compiling the plan
 * @param step the first step itself
 */
public record FirstStep(double open, double session, double upload, double build, double step) {
  private static final double RATE = 1e-4;

  /**
   * What is trained.
   *
   * @param config of the session
   * @param data whose first samples are the step's
   * @param batch samples of the step
   */
  public record Training(
      Graph graph, SessionConfig config, DataSet data, int batch, Optimizer rule) {}

  /**
   * Opens a device, takes one step on it and closes it.
   *
   * @param device opens it
   * @throws dev.jacquard.error.JacquardException if the device fails
   */
  public static FirstStep measure(Supplier<Device> device, Training of) {
    Stretch stretch = new Stretch(of.batch(), 1);
    stretch.clear(0);
    int[] order = new int[of.batch()];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    stretch.add(order, 0, of.batch(), 0, RATE);
    Laps laps = new Laps();
    try (Device opened = laps.after(device.get());
        Session session = laps.after(opened.session(of.graph(), of.config()));
        ResidentData data = laps.after(session.upload(of.data()));
        Trainer trainer = laps.after(session.trainer(of.batch(), of.rule()))) {
      trainer.run(data, stretch, new StretchResult(1));
      laps.after(trainer);
    }
    List<Double> seconds = laps.seconds;
    return new FirstStep(
        seconds.get(0), seconds.get(1), seconds.get(2), seconds.get(3), seconds.get(4));
  }

  /** How long each of some things took, one after the other. */
  private static final class Laps {
    private final List<Double> seconds = new ArrayList<>();
    private long last = System.nanoTime();

    <T> T after(T made) {
      long now = System.nanoTime();
      seconds.add((now - last) * 1e-9);
      last = now;
      return made;
    }
  }

  /** All of it. */
  public double total() {
    return open + session + upload + build + step;
  }
}
