package dev.jacquard.cli.browser;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Chromium without a window, driven by the WebDriver protocol (W3C) through chromedriver: as much
 * of it as the page's tests need.
 */
public final class Browser implements AutoCloseable {
  private static final Pattern STARTED = Pattern.compile("started successfully on port (\\d+)");

  /** The key under which the protocol passes elements. */
  private static final String ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

  private static final List<String> OPTIONS =
      List.of(
          "--headless",
          // As root, in a container, Chromium's own sandbox cannot be had.
          "--no-sandbox",
          "--disable-gpu",
          "--disable-dev-shm-usage",
          "--disable-quic",
          "--no-first-run",
          // It is to ask nobody but the page's server.
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync");

  private static final long MOST_WAITING_MILLISECONDS = 300_000;
  private static final long MOST_ENDING_SECONDS = 10;
  private static final long POLL_MILLISECONDS = 50;

  private final Process driver;
  private final HttpClient http = HttpClient.newHttpClient();
  private final String session;

  private Browser(Process driver, String session) {
    this.driver = driver;
    this.session = session;
  }

  /** Whether there is one on this machine. */
  public static boolean isPresent() {
    return find("chromedriver").isPresent() && find("chromium").isPresent();
  }

  private static Optional<Path> find(String program) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * Starts one.
   *
   * @param profile an empty folder
   */
  public static Browser start(Path profile) throws IOException {
    Process driver =
        new ProcessBuilder(find("chromedriver").orElseThrow().toString(), "--port=0")
            .redirectErrorStream(true)
            .start();
    BufferedReader log = driver.inputReader(StandardCharsets.UTF_8);
    String port = port(log);
    Thread reader = new Thread(() -> log.lines().forEach(line -> {}), "chromedriver-log");
    reader.setDaemon(true);
    reader.start();
    Browser starting = new Browser(driver, "http://127.0.0.1:" + port + "/session");
    JsonNode made = starting.post("", capabilities(profile));
    return new Browser(driver, starting.session + "/" + made.get("sessionId").stringValue());
  }

  private static String port(BufferedReader log) throws IOException {
    for (String line = log.readLine(); line != null; line = log.readLine()) {
      Matcher started = STARTED.matcher(line);
      if (started.find()) {
        return started.group(1);
      }
    }
    throw new IOException("chromedriver did not start");
  }

  private static ObjectNode capabilities(Path profile) {
    ObjectNode body = object();
    ObjectNode wanted = body.putObject("capabilities").putObject("alwaysMatch");
    wanted.put("browserName", "chrome");
    wanted.putObject("goog:loggingPrefs").put("browser", "ALL").put("performance", "ALL");
    ObjectNode chrome = wanted.putObject("goog:chromeOptions");
    chrome.put("binary", find("chromium").orElseThrow().toString());
    ArrayNode args = chrome.putArray("args");
    OPTIONS.forEach(args::add);
    args.add("--user-data-dir=" + profile);
    return body;
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** Opens an address. */
  public void open(URI address) {
    post("/url", object().put("url", address.toString()));
  }

  /**
   * Runs the body of a function in the page.
   *
   * @param arguments its {@code arguments}: texts and numbers
   * @return what it returns; of a promise, what that becomes
   */
  public JsonNode run(String script, Object... arguments) {
    ObjectNode body = object().put("script", script);
    ArrayNode array = body.putArray("args");
    for (Object argument : arguments) {
      array.addPOJO(argument);
    }
    return post("/execute/sync", body);
  }

  /** The text that an element shows. */
  public String text(String selector) {
    return run("return document.querySelector(arguments[0]).innerText", selector).stringValue();
  }

  /** Waits until an expression is true. */
  public void await(String expression) {
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(MOST_WAITING_MILLISECONDS);
    while (!run("return Boolean(" + expression + ")").booleanValue()) {
      if (System.nanoTime() > until) {
        throw new AssertionError(
            "in vain waited for: " + expression + "; the page shows:\n" + text("body"));
      }
      pause();
    }
  }

  private String element(String selector) {
    ObjectNode body = object().put("using", "css selector").put("value", selector);
    return post("/element", body).get(ELEMENT).stringValue();
  }

  /** Clicks in the middle of an element. */
  public void click(String selector) {
    post("/element/" + element(selector) + "/click", object());
  }

  /** Types into an element; of an input for files: chooses this one. */
  public void type(String selector, String text) {
    post("/element/" + element(selector) + "/value", object().put("text", text));
  }

  /**
   * Presses and releases keys, one after the other. Special ones are in WebDriver's private area.
   */
  public void keys(String keys) {
    ArrayNode actions = JsonNodeFactory.instance.arrayNode();
    keys.codePoints()
        .mapToObj(Character::toString)
        .forEach(
            key -> {
              actions.add(object().put("type", "keyDown").put("value", key));
              actions.add(object().put("type", "keyUp").put("value", key));
            });
    perform("key", actions);
  }

  /** Presses a key while another is held. */
  public void chord(String held, String key) {
    ArrayNode actions = JsonNodeFactory.instance.arrayNode();
    actions.add(object().put("type", "keyDown").put("value", held));
    actions.add(object().put("type", "keyDown").put("value", key));
    actions.add(object().put("type", "keyUp").put("value", key));
    actions.add(object().put("type", "keyUp").put("value", held));
    perform("key", actions);
  }

  /** Draws a line of points, {x, y} from the middle of an element, with the pointer down. */
  public void draw(String selector, int[][] points) {
    ObjectNode origin = object().put(ELEMENT, element(selector));
    ArrayNode actions = JsonNodeFactory.instance.arrayNode();
    for (int i = 0; i < points.length; i++) {
      ObjectNode move = object().put("type", "pointerMove").put("duration", 0);
      move.put("x", points[i][0]).put("y", points[i][1]).set("origin", origin);
      actions.add(move);
      if (i == 0) {
        actions.add(object().put("type", "pointerDown").put("button", 0));
      }
    }
    actions.add(object().put("type", "pointerUp").put("button", 0));
    perform("pointer", actions);
  }

  private void perform(String type, ArrayNode actions) {
    ObjectNode body = object();
    ObjectNode source = body.putArray("actions").addObject();
    source.put("type", type).put("id", type).set("actions", actions);
    post("/actions", body);
  }

  /** Gives a command of Chromium's own protocol. */
  public JsonNode command(String name, String parameters) {
    ObjectNode body = object().put("cmd", name);
    body.set("params", JsonMapper.shared().readTree(parameters));
    return post("/goog/cdp/execute", body);
  }

  /** Lays the page out for a screen of this size and preference. */
  public void screen(int width, int height, String scheme) {
    command(
        "Emulation.setDeviceMetricsOverride",
        "{\"width\":"
            + width
            + ",\"height\":"
            + height
            + ",\"deviceScaleFactor\":1,\"mobile\":false}");
    command(
        "Emulation.setEmulatedMedia",
        "{\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":\"" + scheme + "\"}]}");
  }

  /** A picture of what is seen. */
  public byte[] screenshot() {
    return Base64.getDecoder().decode(get("/screenshot").stringValue());
  }

  /** What the page and the browser complained of since the last call. */
  public List<String> complaints() {
    List<String> lines = new ArrayList<>();
    for (JsonNode entry : post("/se/log", object().put("type", "browser"))) {
      lines.add(entry.get("level").stringValue() + " " + entry.get("message").stringValue());
    }
    return lines;
  }

  /** The addresses that the page asked for since the last call. */
  public List<String> requests() {
    List<String> addresses = new ArrayList<>();
    for (JsonNode entry : post("/se/log", object().put("type", "performance"))) {
      JsonNode message =
          JsonMapper.shared().readTree(entry.get("message").stringValue()).get("message");
      if (message.get("method").stringValue().equals("Network.requestWillBeSent")) {
        addresses.add(message.get("params").get("request").get("url").stringValue());
      }
    }
    return addresses;
  }

  private JsonNode get(String path) {
    return send(HttpRequest.newBuilder(URI.create(session + path)).GET());
  }

  private JsonNode post(String path, JsonNode body) {
    return send(
        HttpRequest.newBuilder(URI.create(session + path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.toString())));
  }

  private JsonNode send(HttpRequest.Builder request) {
    try {
      HttpResponse<String> response =
          http.send(
              request.timeout(Duration.ofMinutes(10)).build(),
              HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
      JsonNode value = JsonMapper.shared().readTree(response.body()).path("value");
      if (response.statusCode() != 200) {
        throw new AssertionError(
            value.path("error").asString("") + ": " + value.path("message").asString(""));
      }
      return value;
    } catch (IOException e) {
      throw new AssertionError("the browser does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Afterwards nobody writes into the profile any more. */
  @Override
  public void close() {
    List<ProcessHandle> browser = driver.descendants().toList();
    try {
      send(HttpRequest.newBuilder(URI.create(session)).DELETE());
    } finally {
      driver.destroy();
      browser.forEach(ProcessHandle::destroyForcibly);
      awaitEnd(browser);
    }
  }

  /** Not for ever: what nobody has asked for its exit status counts as a process all the same. */
  private static void awaitEnd(List<ProcessHandle> processes) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_ENDING_SECONDS);
    while (processes.stream().anyMatch(ProcessHandle::isAlive) && System.nanoTime() < until) {
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(POLL_MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
