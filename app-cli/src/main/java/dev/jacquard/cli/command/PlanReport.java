package dev.jacquard.cli.command;

import dev.jacquard.backend.MemoryUse;
import dev.jacquard.backend.Plan;
import dev.jacquard.cli.console.Json;
import dev.jacquard.cli.console.Numbers;
import dev.jacquard.cli.console.Table;
import dev.jacquard.cli.console.Table.Column;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A compiled plan, for people and as JSON. */
final class PlanReport {
  private static final int WIDEST = 36;

  private PlanReport() {}

  static List<String> lines(String title, Plan plan) {
    Table table =
        new Table(
            List.of(
                Column.text("Stage"),
                Column.text("Ops", WIDEST),
                Column.text("Kernel", WIDEST),
                Column.text("Work", WIDEST),
                Column.number("FLOPs"),
                Column.number("Bytes")));
    for (Plan.Stage stage : plan.stages()) {
      table.row(
          stage.name(),
          String.join(" + ", stage.ops()),
          stage.kernel(),
          stage.work(),
          Numbers.decimal(stage.flops()),
          Numbers.bytes(stage.bytes()));
    }
    List<String> lines = new ArrayList<>();
    lines.add(
        title
            + ": "
            + plan.stages().size()
            + " stages, "
            + plan.launches()
            + " launches a step, "
            + Numbers.decimal(plan.flops())
            + " FLOPs, "
            + Numbers.bytes(plan.bytes())
            + " moved, "
            + Numbers.bytes(plan.workBytes())
            + " of memory of its own");
    lines.add("Fingerprint: " + plan.fingerprint());
    lines.add("");
    lines.addAll(table.lines());
    return lines;
  }

  static String line(MemoryUse memory) {
    return "Memory on the device: "
        + Numbers.bytes(memory.totalBytes())
        + " (parameters and optimiser "
        + Numbers.bytes(memory.stateBytes())
        + ", activations, gradients and scratch "
        + Numbers.bytes(memory.workBytes())
        + "), without data";
  }

  static ObjectNode json(Plan plan) {
    ObjectNode json = Json.object();
    json.put("fingerprint", plan.fingerprint());
    json.put("launches", plan.launches());
    json.put("flops", plan.flops());
    json.put("bytes", plan.bytes());
    json.put("work_bytes", plan.workBytes());
    ArrayNode stages = json.putArray("stages");
    for (Plan.Stage stage : plan.stages()) {
      ObjectNode row = stages.addObject();
      row.put("name", stage.name());
      row.set("ops", Json.texts(stage.ops()));
      row.put("kernel", stage.kernel());
      row.put("work", stage.work());
      row.put("flops", stage.flops());
      row.put("bytes", stage.bytes());
    }
    return json;
  }

  static ObjectNode json(MemoryUse memory) {
    ObjectNode json = Json.object();
    json.put("buffers", memory.buffers());
    json.put("state_bytes", memory.stateBytes());
    json.put("work_bytes", memory.workBytes());
    json.put("total_bytes", memory.totalBytes());
    return json;
  }
}
