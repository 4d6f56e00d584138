package dev.nngen.lsp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A scripted client talks to the server over pipes. */
class LanguageServerTest {

  private static final String NET = """
      model Net {
        input X[3];
        target Y[1];
        H = dense(X, 4, tanh);
        P = dense(H, 1) |> sigmoid;
        minimize J = mean(logloss(P, Y));
        train adam(rate = 1e-3);
      }
      """;

  @TempDir
  private Path folder;
  private Client client;
  private FutureTask<Integer> server;
  private String uri;

  @BeforeEach
  void start() throws Exception {
    start(10_000);
    uri = folder.toRealPath().resolve("net.nn").toUri().toString();
  }

  private void start(long limit) throws Exception {
    PipedOutputStream toServer = new PipedOutputStream();
    PipedInputStream fromServer = new PipedInputStream(1 << 16);
    LanguageServer made = new LanguageServer(new PipedInputStream(toServer, 1 << 16), new PipedOutputStream(fromServer), limit);
    server = new FutureTask<>(made::run);
    Thread thread = new Thread(null, server, "server", 16 << 20);
    thread.setDaemon(true);
    thread.start();
    client = new Client(fromServer, toServer);
    Object result = client.result("initialize", Map.of("capabilities", Map.of(), "rootUri", folder.toRealPath().toUri().toString()));
    assertEquals(true, new Request((Map<?, ?>) result).get("capabilities", "hoverProvider").orElseThrow());
    client.notify("initialized", Map.of());
  }

  @AfterEach
  void stop() throws Exception {
    assertNull(client.result("shutdown", Map.of()));
    client.notify("exit", Map.of());
    assertEquals(0, server.get(10, TimeUnit.SECONDS));
  }

  private Object result(String method, String text, int offset) throws IOException, InterruptedException {
    return client.result("textDocument/" + method, Client.at(uri, text, offset));
  }

  private static String text(Object json, String... path) {
    return new Request((Map<?, ?>) json).text(path).orElseThrow();
  }

  private static Map<String, Object> range(int line, int from, int to) {
    return Map.of("start", Map.of("line", line, "character", from), "end", Map.of("line", line, "character", to));
  }

  @Test
  void diagnosticsFollowTheText() throws Exception {
    client.open(uri, NET);
    client.await(uri);
    // Two statements that do not parse, and a third fault beside them.
    client.change(uri, Map.of("text", NET.replace("H = dense(X, 4, tanh);", "H = dense(X,, 4);\n  A = * 3;\n  B = (1;")));
    client.await(uri, "E005", "E005", "E005");
    client.change(uri, Map.of("text", NET));
    client.await(uri);
    // Ranges are replaced one after the other.
    client.change(uri, Map.of("range", range(3, 15, 16), "text", "40"), Map.of("range", range(3, 19, 23), "text", "tahn"));
    client.await(uri, "E102");
  }

  @Test
  void claimsAreDecidedWhenAFileIsOpenedOrSaved() throws Exception {
    client.open(uri, NET.replace("}\n", "  prove grad(J, P) == P;\n}\n"));
    client.await(uri);
    client.await(uri, "E160");
  }

  @Test
  void importsAreSeenAsTheyAreInTheEditor() throws Exception {
    Files.writeString(folder.resolve("common.nn"), "fn twice(z) = 2 * z;\n");
    String common = folder.toRealPath().resolve("common.nn").toUri().toString();
    String text = "import \"common.nn\";\n" + NET.replace("tanh", "twice");
    client.open(uri, text);
    client.await(uri);
    Object place = result("definition", text, text.indexOf("twice"));
    assertEquals(common, text(place, "uri"));
    assertEquals(common, text(result("definition", text, text.indexOf("common")), "uri"));
    client.open(common, "fn thrice(z) = 3 * z;\n");
    client.await(uri, "E102");
  }

  @Test
  void answersWhatAnEditorAsks() throws Exception {
    client.open(uri, NET);
    String hover = text(result("hover", NET, NET.indexOf("H = ")), "contents", "value");
    assertTrue(hover.startsWith("**value** `H`: 4 × m") && hover.contains("chain rule"), hover);
    Object library = result("definition", NET, NET.indexOf("dense"));
    assertTrue(Files.readString(Path.of(URI.create(text(library, "uri")))).contains("layer dense"));
    String writing = NET.replace("train adam(rate = 1e-3);", "train ada");
    client.change(uri, Map.of("text", writing));
    List<?> proposals = (List<?>) result("completion", writing, writing.indexOf("train ada") + 9);
    Object adam = proposals.stream().filter(one -> text(one, "label").equals("adam")).findFirst().orElseThrow();
    assertEquals("adam(rate = 1e-3, beta1 = 0.9, beta2 = 0.999, eps = 1e-8)", text(adam, "detail"));
    Request signature = new Request((Map<?, ?>) result("signatureHelp", writing, writing.indexOf("4, tanh")));
    assertEquals(1.0, signature.get("activeParameter").orElseThrow());
    List<?> symbols = (List<?>) client.result("textDocument/documentSymbol", Map.of("textDocument", Map.of("uri", uri)));
    assertEquals("Net", text(symbols.get(0), "name"));
  }

  @Test
  void formatsAndMends() throws Exception {
    String loose = NET.replace("input X[3]", "input   X[ 3 ]");
    client.open(uri, loose);
    List<?> edits = (List<?>) client.result("textDocument/formatting", Map.of("textDocument", Map.of("uri", uri), "options", Map.of("tabSize", 2, "insertSpaces", true)));
    assertEquals(NET, text(edits.get(0), "newText"));
    String faulty = NET.replace("tanh", "tahn");
    client.change(uri, Map.of("text", faulty));
    client.await(uri, "E102");
    List<?> actions = (List<?>) client.result("textDocument/codeAction", Map.of("textDocument", Map.of("uri", uri), "range", range(3, 20, 20), "context", Map.of("diagnostics", List.of())));
    assertEquals("replace by `tanh`", text(actions.get(0), "title"));
    List<?> change = new Request((Map<?, ?>) actions.get(0)).list("edit", "changes", uri);
    assertEquals("tanh", text(change.get(0), "newText"));
  }

  @Test
  void faultyMessagesAreAnsweredAndTheServerGoesOn() throws Exception {
    client.send("{");
    assertEquals(-32700.0, client.next(message -> message.get("error").isPresent()).get("error", "code").orElseThrow());
    assertEquals(-32601.0, client.answer("textDocument/rename", Map.of()).get("error", "code").orElseThrow());
    assertEquals(-32602.0, client.answer("textDocument/hover", Map.of("textDocument", Map.of("uri", "file:///not/open.nn"), "position", Map.of("line", 0, "character", 0))).get("error", "code").orElseThrow());
    assertEquals(-32602.0, client.answer("textDocument/hover", Map.of()).get("error", "code").orElseThrow());
    client.notify("$/unknown", Map.of());
    client.open("untitled:Untitled-1", "import \"x.nn\";\n" + NET);
    client.await("untitled:Untitled-1", "E006");
  }

  @Test
  void aDerivationThatTakesLongIsNotWaitedFor() throws Exception {
    stop();
    start(0);
    client.open(uri, NET);
    String hover = text(result("hover", NET, NET.indexOf("H = ")), "contents", "value");
    assertTrue(hover.endsWith("The gradient is still being derived.") || hover.contains("chain rule"), hover);
  }

  @Test
  void cancelledRequestsAreAnsweredOnce() throws Exception {
    client.open(uri, NET);
    int id = client.ask("textDocument/hover", Client.at(uri, NET, NET.indexOf("H = ")));
    client.notify("$/cancelRequest", Map.of("id", id));
    Request answer = client.next(message -> message.id().filter(found -> found.equals((long) id)).isPresent());
    assertTrue(answer.get("error").isEmpty() || answer.get("error", "code").orElseThrow().equals(-32800.0), answer.toString());
  }
}
