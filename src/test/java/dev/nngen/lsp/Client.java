package dev.nngen.lsp;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.train.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client that speaks the protocol over two streams. */
final class Client {

  private static final int PATIENCE = 60;

  private final OutputStream out;
  private final BlockingQueue<Request> received = new LinkedBlockingQueue<>();
  private int requests;

  Client(InputStream in, OutputStream out) {
    this.out = out;
    Channel channel = new Channel(in, OutputStream.nullOutputStream());
    Thread reader = new Thread(() -> {
      try {
        for (var text = channel.read(); text.isPresent(); text = channel.read()) {
          received.add(Request.parse(text.get()));
        }
      } catch (IOException closed) {
        // The server has ended.
      }
    });
    reader.setDaemon(true);
    reader.start();
  }

  void send(String content) throws IOException {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    out.write(("Content-Length: " + bytes.length + "\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    out.write(bytes);
    out.flush();
  }

  void close() throws IOException {
    out.close();
  }

  void notify(String method, Object params) throws IOException {
    send(Json.write(message(method, params)));
  }

  /** Sends a request: its number. */
  int ask(String method, Object params) throws IOException {
    Map<String, Object> message = message(method, params);
    message.put("id", ++requests);
    send(Json.write(message));
    return requests;
  }

  /** Sends a request and waits for its answer. */
  Request answer(String method, Object params) throws IOException, InterruptedException {
    long id = ask(method, params);
    return next(message -> message.id().filter(found -> found.equals(id)).isPresent());
  }

  Object result(String method, Object params) throws IOException, InterruptedException {
    Request answer = answer(method, params);
    assertTrue(answer.json().containsKey("result"), answer.toString());
    return answer.json().get("result");
  }

  interface Wanted {
    boolean is(Request message);
  }

  /** The next message of a kind; others before it are dropped. */
  Request next(Wanted wanted) throws InterruptedException {
    while (true) {
      Request message = received.poll(PATIENCE, TimeUnit.SECONDS);
      assertTrue(message != null, "no such message within " + PATIENCE + " seconds");
      if (wanted.is(message)) {
        return message;
      }
    }
  }

  /** Waits until the diagnostics of a document have these codes: what the server said before, of earlier texts, does not count. */
  void await(String uri, String... codes) throws InterruptedException {
    List<String> told = diagnostics(uri);
    while (!told.equals(List.of(codes))) {
      told = diagnostics(uri);
    }
  }

  private List<String> diagnostics(String uri) throws InterruptedException {
    Request told = next(message -> message.method().filter("textDocument/publishDiagnostics"::equals).isPresent() && message.text("params", "uri").orElse("").equals(uri));
    return told.list("params", "diagnostics").stream().map(one -> new Request((Map<?, ?>) one).text("code").orElseThrow()).toList();
  }

  void open(String uri, String text) throws IOException {
    notify("textDocument/didOpen", Map.of("textDocument", Map.of("uri", uri, "languageId", "nngen", "version", 1, "text", text)));
  }

  void change(String uri, Object... changes) throws IOException {
    notify("textDocument/didChange", Map.of("textDocument", Map.of("uri", uri, "version", 2), "contentChanges", List.of(changes)));
  }

  static Map<String, Object> at(String uri, String text, int offset) {
    String before = text.substring(0, offset);
    int line = (int) before.chars().filter(c -> c == '\n').count();
    return Map.of("textDocument", Map.of("uri", uri), "position", Map.of("line", line, "character", offset - before.lastIndexOf('\n') - 1));
  }

  private static Map<String, Object> message(String method, Object params) {
    return new LinkedHashMap<>(Map.of("jsonrpc", "2.0", "method", method, "params", params));
  }
}
