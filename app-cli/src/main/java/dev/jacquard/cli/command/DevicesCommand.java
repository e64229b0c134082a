package dev.jacquard.cli.command;

import dev.jacquard.backend.BackendReport;
import dev.jacquard.backend.DeviceInfo;
import dev.jacquard.backend.DeviceReport;
import dev.jacquard.cli.console.Console;
import dev.jacquard.cli.console.Json;
import dev.jacquard.cli.console.Numbers;
import dev.jacquard.cli.console.Table;
import dev.jacquard.cli.console.Table.Column;
import dev.jacquard.cli.option.BackendArguments;
import dev.jacquard.cli.option.CommonOptions;
import dev.jacquard.cli.option.DeviceChoice;
import dev.jacquard.cli.option.Plugins;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Shows every backend and device, usable or not. */
@Command(name = "devices", sortOptions = false)
public final class DevicesCommand implements Runnable {
  private final Console console;

  @Mixin BackendArguments backendArguments;
  @Mixin Plugins plugins;
  @Mixin CommonOptions common;

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  /** A command that writes to {@code console}. */
  public DevicesCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    List<BackendReport> reports =
        DeviceChoice.devices(plugins.loader(), backendArguments.texts()).reports();
    if (json) {
      console.print(Json.text(json(reports)));
    } else {
      lines(reports).forEach(console::print);
    }
  }

  private static List<String> lines(List<BackendReport> reports) {
    Table table =
        new Table(
            List.of(
                Column.text("Device"),
                Column.text("Kind"),
                Column.text("Name"),
                Column.text("Driver"),
                Column.number("Memory"),
                Column.number("Rank"),
                Column.text("Usable")));
    List<String> problems = new ArrayList<>();
    for (BackendReport report : reports) {
      for (DeviceReport device : report.devices()) {
        DeviceInfo info = device.info();
        table.row(
            info.id(),
            lower(info.kind()),
            info.name(),
            info.driver(),
            Numbers.bytes(info.memoryBytes()),
            Integer.toString(device.rank()),
            device.usable() ? "yes" : "no");
        problem(info.id(), device.problem(), device.remedy()).ifPresent(problems::add);
      }
      problem(report.backend(), report.problem(), report.remedy()).ifPresent(problems::add);
    }
    List<String> lines = new ArrayList<>(table.lines());
    if (!problems.isEmpty()) {
      lines.add("");
      lines.addAll(problems);
    }
    return lines;
  }

  private static Optional<String> problem(
      String id, Optional<String> problem, Optional<String> remedy) {
    return problem.map(
        what -> id + ": not usable: " + what + remedy.map(to -> "; " + to).orElse(""));
  }

  private static ObjectNode json(List<BackendReport> reports) {
    ObjectNode json = Json.object();
    ArrayNode backends = json.putArray("backends");
    ArrayNode devices = json.putArray("devices");
    for (BackendReport report : reports) {
      ObjectNode backend = backends.addObject();
      backend.put("id", report.backend());
      backend.put("usable", report.devices().stream().anyMatch(DeviceReport::usable));
      backend.put("reason", report.problem().orElse(null));
      backend.put("remedy", report.remedy().orElse(null));
      report.devices().forEach(device -> write(devices.addObject(), report, device));
    }
    return json;
  }

  private static void write(ObjectNode row, BackendReport report, DeviceReport device) {
    DeviceInfo info = device.info();
    row.put("id", info.id());
    row.put("backend", report.backend());
    row.put("name", info.name());
    row.put("kind", lower(info.kind()));
    row.put("driver", info.driver());
    row.put("memory", info.memoryBytes());
    row.put("rank", device.rank());
    row.put("usable", device.usable());
    row.put("reason", device.problem().orElse(null));
    row.put("remedy", device.remedy().orElse(null));
    ObjectNode details = row.putObject("details");
    info.details().forEach(details::put);
  }

  private static String lower(DeviceInfo.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }
}
