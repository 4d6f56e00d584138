package dev.nngen.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.train.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page over HTTP: what it answers, and what it refuses. */
class PageServerTest {

  private static final long PATIENCE = 120_000;
  private static final int STALLED = 60_000;
  private static final String NET = """
      model Net {
        input X[2];
        target Y[1];
        P = dense(X, 1) |> sigmoid;
        minimize J = mean(logloss(P, Y));
        train sgd(rate = 0.1);
        prove grad(J, P) == grad(J, P);
      }
      """;

  @TempDir
  private Path folder;
  private PageServer server;
  private String token;
  private final HttpClient client = HttpClient.newHttpClient();

  @BeforeAll
  static void stallBriefly() {
    System.getProperties().putIfAbsent("sun.net.httpserver.maxReqTime", "2");
  }

  @BeforeEach
  void start() throws Exception {
    server = new PageServer(0, Optional.of(folder), PATIENCE);
    String page = client.send(HttpRequest.newBuilder(URI.create(server.address())).build(), HttpResponse.BodyHandlers.ofString()).body();
    token = page.replaceFirst("(?s).*nngen-token\" content=\"(\\w+)\".*", "$1");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private HttpResponse<String> post(String question, Object body, String... headers) throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.address() + "api/" + question)).header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body instanceof String text ? text : Json.write(body)));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private Map<?, ?> ask(String question, Map<String, ?> body) throws IOException, InterruptedException {
    HttpResponse<String> answer = post(question, body, "X-Nngen-Token", token);
    assertEquals(200, answer.statusCode(), answer.body());
    return (Map<?, ?>) Json.parse(answer.body());
  }

  private Map<?, ?> show(String text, String tab) throws IOException, InterruptedException {
    return ask("show", Map.of("text", text, "path", "", "tab", tab, "model", "", "form", "matrix"));
  }

  private int refused(String question, Map<String, ?> body) throws IOException, InterruptedException {
    return post(question, body, "X-Nngen-Token", token).statusCode();
  }

  @Test
  void eachTabShowsWhatFollows() throws Exception {
    String gradients = (String) show(NET, "gradients").get("gradients");
    assertTrue(gradients.contains("<math") && gradients.contains("data-latex=\""), gradients);
    assertTrue(((String) show(NET, "java").get("java")).contains("public final class Net"));
    assertTrue(((String) show(NET, "picture").get("picture")).startsWith("<svg"));
    List<?> lines = (List<?>) show(NET, "check").get("check");
    assertTrue(lines.size() >= 3 && lines.stream().allMatch(line -> ((Map<?, ?>) line).get("passed").equals(true)), lines.toString());
  }

  @Test
  void faultsHaveTheirPlaces() throws Exception {
    for (String question : List.of("look", "show")) {
      Map<?, ?> answer = ask(question, Map.of("text", NET.replace("sigmoid", "sigmoit"), "tab", "java", "form", "matrix"));
      assertFalse(answer.containsKey("java"));
      Map<?, ?> fault = (Map<?, ?>) ((List<?>) answer.get("diagnostics")).get(0);
      assertEquals("E102", fault.get("code"));
      assertEquals((double) NET.indexOf("sigmoid"), fault.get("start"));
      assertEquals(4.0, fault.get("line"));
      assertEquals(List.of("did you mean `sigmoid`?"), fault.get("help"));
    }
  }

  @Test
  void samplesAreSound() throws Exception {
    List<?> samples = (List<?>) ask("list", Map.of()).get("samples");
    assertTrue(samples.size() >= 6);
    for (Object sample : samples) {
      String text = (String) ((Map<?, ?>) sample).get("text");
      Map<?, ?> answer = show(text, "picture");
      assertEquals(List.of(), answer.get("diagnostics"), text);
      assertTrue(((String) answer.get("picture")).startsWith("<svg"), text);
      assertEquals(text, ask("format", Map.of("text", text)).get("text"));
    }
  }

  @Test
  void filesOfTheFolderAreListedOpenedAndSaved() throws Exception {
    Files.createDirectories(folder.resolve("a/.hidden"));
    Files.writeString(folder.resolve("a/common.nn"), "fn twice(z) = 2 * z;\n");
    Files.writeString(folder.resolve("a/.hidden/no.nn"), "");
    Files.writeString(folder.resolve("notes.txt"), "");
    assertEquals(List.of("a/common.nn"), ask("list", Map.of()).get("files"));
    assertEquals("fn twice(z) = 2 * z;\n", ask("open", Map.of("path", "a/common.nn")).get("text"));
    String text = "import \"common.nn\";\n" + NET.replace("sigmoid", "twice");
    assertEquals(List.of(), ask("look", Map.of("text", text, "path", "a/net.nn")).get("diagnostics"));
    assertFalse(Files.exists(folder.resolve("a/net.nn")));
    ask("save", Map.of("path", "a/net.nn", "text", text));
    assertEquals(text, Files.readString(folder.resolve("a/net.nn")));
  }

  @Test
  void nothingOutsideOfTheFolderIsReadOrWritten(@TempDir Path elsewhere) throws Exception {
    Files.writeString(elsewhere.resolve("secret.nn"), "fn secret(z) = z;\n");
    Files.createSymbolicLink(folder.resolve("link.nn"), elsewhere.resolve("secret.nn"));
    Files.createSymbolicLink(folder.resolve("links"), elsewhere);
    for (String path : List.of("../x.nn", elsewhere.resolve("secret.nn").toString(), "link.nn", "links/secret.nn", "notes.txt", "")) {
      assertTrue(refused("open", Map.of("path", path)) >= 400, path);
    }
    for (String path : List.of("../x.nn", elsewhere.resolve("new.nn").toString(), "links/new.nn", "notes.txt", "a/../../x.nn", "")) {
      assertEquals(400, refused("save", Map.of("path", path, "text", "")), path);
    }
    assertEquals(List.of("secret.nn"), List.of(elsewhere.toFile().list()));
    assertEquals(List.of(), ask("list", Map.of()).get("files"));
    Map<?, ?> faults = ask("look", Map.of("text", "import \"" + elsewhere.resolve("secret.nn") + "\";\nimport \"link.nn\";\n" + NET));
    assertTrue(faults.get("diagnostics").toString().contains("E006"), faults.toString());
  }

  @Test
  void withoutAFolderThereAreNoFiles() throws Exception {
    stop();
    server = new PageServer(0, Optional.empty(), PATIENCE);
    token = client.send(HttpRequest.newBuilder(URI.create(server.address())).build(), HttpResponse.BodyHandlers.ofString()).body()
        .replaceFirst("(?s).*nngen-token\" content=\"(\\w+)\".*", "$1");
    assertEquals(403, refused("save", Map.of("path", "a.nn", "text", "")));
    assertEquals(403, refused("open", Map.of("path", "a.nn")));
    assertEquals(List.of(), ask("list", Map.of()).get("files"));
  }

  @Test
  void otherPagesAreRefused() throws Exception {
    assertEquals(403, post("list", Map.of()).statusCode());
    assertEquals(403, post("list", Map.of(), "X-Nngen-Token", token.replace(token.charAt(0), 'x')).statusCode());
    assertEquals(403, post("list", Map.of(), "X-Nngen-Token", token, "Origin", "http://evil.example").statusCode());
    assertEquals(403, post("list", Map.of(), "X-Nngen-Token", token, "Origin", "null").statusCode());
    assertEquals(200, post("list", Map.of(), "X-Nngen-Token", token, "Origin", server.address().replaceFirst("/$", "")).statusCode());
    // A name of another host that leads to this one.
    for (String request : List.of("GET / HTTP/1.1\r\n", "POST /api/list HTTP/1.1\r\nContent-Type: application/json\r\nX-Nngen-Token: " + token + "\r\nContent-Length: 2\r\n")) {
      assertTrue(raw(request + "Host: evil.example\r\nConnection: close\r\n\r\n{}").startsWith("HTTP/1.1 403"), request);
    }
  }

  private String raw(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), URI.create(server.address()).getPort()); OutputStream out = socket.getOutputStream(); InputStream in = socket.getInputStream()) {
      out.write(request.getBytes(StandardCharsets.US_ASCII));
      out.flush();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void thePageForbidsWhatItDoesNotNeed() throws Exception {
    HttpResponse<String> page = client.send(HttpRequest.newBuilder(URI.create(server.address())).build(), HttpResponse.BodyHandlers.ofString());
    Map<String, List<String>> headers = new HashMap<>(page.headers().map());
    assertTrue(headers.get("content-security-policy").get(0).contains("default-src 'none'; script-src 'self'"));
    assertEquals(List.of("no-store"), headers.get("cache-control"));
    assertFalse(headers.containsKey("access-control-allow-origin"));
    assertEquals(404, client.send(HttpRequest.newBuilder(URI.create(server.address() + "samples/index.txt")).build(), HttpResponse.BodyHandlers.discarding()).statusCode());
  }

  @Test
  void requestsAreLimited() throws Exception {
    assertEquals(413, post("look", Map.of("text", "x".repeat(3 << 20)), "X-Nngen-Token", token).statusCode());
    assertEquals(400, post("look", "[1", "X-Nngen-Token", token).statusCode());
    assertEquals(400, refused("show", Map.of("text", NET, "tab", "other", "form", "matrix")));
    assertEquals(404, refused("other", Map.of()));
    stop();
    server = new PageServer(0, Optional.empty(), 1);
    token = client.send(HttpRequest.newBuilder(URI.create(server.address())).build(), HttpResponse.BodyHandlers.ofString()).body()
        .replaceFirst("(?s).*nngen-token\" content=\"(\\w+)\".*", "$1");
    assertEquals(503, refused("show", Map.of("text", NET, "tab", "gradients", "form", "matrix")));
  }

  @Test
  void stalledRequestsEnd() throws Exception {
    for (String begun : List.of("POST /api/list HTTP/1.1\r\nHost: ", "POST /api/list HTTP/1.1\r\nHost: 127.0.0.1:" + URI.create(server.address()).getPort()
        + "\r\nContent-Type: application/json\r\nX-Nngen-Token: " + token + "\r\nContent-Length: 20\r\n\r\n{")) {
      try (Socket socket = new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), URI.create(server.address()).getPort())) {
        socket.setSoTimeout(STALLED);
        socket.getOutputStream().write(begun.getBytes(StandardCharsets.US_ASCII));
        assertEquals(-1, socket.getInputStream().read(), begun);
      }
    }
  }
}
