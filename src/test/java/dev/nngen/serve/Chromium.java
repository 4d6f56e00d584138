package dev.nngen.serve;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nngen.train.Json;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Headless Chromium, driven by its DevTools protocol over a web socket. */
final class Chromium implements AutoCloseable {

  private static final int PATIENCE = 60;

  private final Process process;
  private final WebSocket socket;
  private final BlockingQueue<Map<?, ?>> received = new LinkedBlockingQueue<>();
  private int sent;

  private Chromium(Process process, URI page) {
    this.process = process;
    this.socket = HttpClient.newHttpClient().newWebSocketBuilder().buildAsync(page, new Listener()).join();
  }

  /** Joins the pieces of messages. */
  private final class Listener implements WebSocket.Listener {
    private final StringBuilder message = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence piece, boolean last) {
      message.append(piece);
      if (last) {
        received.add((Map<?, ?>) Json.parse(message.toString()));
        message.setLength(0);
      }
      from.request(1);
      return null;
    }
  }

  /** Starts the browser on the path; a test is skipped where there is none. */
  static Chromium start(Path folder) throws IOException, InterruptedException {
    Optional<Path> program = Stream.of("chromium", "chromium-browser", "google-chrome", "chrome")
        .flatMap(name -> Stream.of(System.getenv("PATH").split(File.pathSeparator)).map(place -> Path.of(place, name))).filter(Files::isExecutable).findFirst();
    assumeTrue(program.isPresent(), "no Chromium on the path");
    Path profile = folder.resolve("profile");
    Process process = new ProcessBuilder(program.get().toString(), "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--remote-debugging-port=0",
        "--user-data-dir=" + profile, "about:blank").redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    Path port = profile.resolve("DevToolsActivePort");
    for (int k = 0; k < 10 * PATIENCE && !(Files.exists(port) && Files.readString(port).contains("\n")); k++) {
      Thread.sleep(100);
    }
    String address = "http://127.0.0.1:" + Files.readAllLines(port).get(0) + "/json/list";
    List<?> targets = (List<?>) Json.parse(HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(address)).build(), HttpResponse.BodyHandlers.ofString()).body());
    Map<?, ?> page = targets.stream().map(target -> (Map<?, ?>) target).filter(target -> target.get("type").equals("page")).findFirst().orElseThrow();
    return new Chromium(process, URI.create((String) page.get("webSocketDebuggerUrl")));
  }

  /** Sends a command and waits for its result. */
  Map<?, ?> send(String method, Map<String, ?> params) throws InterruptedException {
    double id = ++sent;
    socket.sendText(Json.write(Map.of("id", sent, "method", method, "params", params)), true).join();
    while (true) {
      Map<?, ?> message = received.poll(PATIENCE, TimeUnit.SECONDS);
      assertTrue(message != null, "Chromium does not answer " + method);
      if (Double.valueOf(id).equals(message.get("id"))) {
        assertTrue(message.containsKey("result"), message.toString());
        return (Map<?, ?>) message.get("result");
      }
    }
  }

  /** The value of an expression or a promise in the page. */
  Object evaluate(String expression) throws InterruptedException {
    Map<?, ?> result = send("Runtime.evaluate", Map.of("expression", expression, "awaitPromise", true, "returnByValue", true));
    assertTrue(!result.containsKey("exceptionDetails"), result.toString());
    return ((Map<?, ?>) result.get("result")).get("value");
  }

  /** Waits until an expression is true in the page. */
  void await(String expression) throws InterruptedException {
    for (int k = 0; k < 20 * PATIENCE; k++) {
      if (Boolean.TRUE.equals(evaluate("Boolean(" + expression + ")"))) {
        return;
      }
      Thread.sleep(50);
    }
    throw new AssertionError(expression + " is never true: " + evaluate("document.body.innerText"));
  }

  void open(String address, int width, int height, boolean dark) throws InterruptedException {
    send("Emulation.setDeviceMetricsOverride", Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    send("Emulation.setEmulatedMedia", Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    send("Page.navigate", Map.of("url", address));
    await("document.readyState === 'complete' && location.href !== 'about:blank'");
  }

  /** Leaves a picture under target/screenshots. */
  void screenshot(String name) throws IOException, InterruptedException {
    String data = (String) send("Page.captureScreenshot", Map.of("format", "png")).get("data");
    Files.write(Files.createDirectories(Path.of("target", "screenshots")).resolve(name + ".png"), Base64.getDecoder().decode(data));
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
    process.onExit().join();
  }
}
