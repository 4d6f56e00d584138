package dev.nngen.lsp;

import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.Span;
import dev.nngen.ide.Analysis;
import dev.nngen.ide.Definitions;
import dev.nngen.ide.Hover;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A language server over two streams. Requests are answered in order, except those that need a derivation: these run on another thread, and after a
 * time limit the client gets the answer without it.
 */
public final class LanguageServer {

  private static final int PARSE_ERROR = -32700;
  private static final int INVALID_REQUEST = -32600;
  private static final int METHOD_NOT_FOUND = -32601;
  private static final int INVALID_PARAMS = -32602;
  private static final int INTERNAL_ERROR = -32603;
  private static final int NOT_INITIALIZED = -32002;
  private static final int CANCELLED = -32800;

  /** The time in milliseconds without changes after which the server analyzes a text. */
  private static final int PAUSE = 100;
  private static final long STACK = 64L << 20;

  private final Channel channel;
  private final long limit;
  private final OpenFiles files = new OpenFiles();
  private final Answers answers = new Answers(files);
  private final ScheduledExecutorService timer = executor("nngen-timer");
  private final ScheduledExecutorService checker = executor("nngen-checker");
  private final ScheduledExecutorService worker = executor("nngen-worker");
  private final Map<Object, Pending> pending = new ConcurrentHashMap<>();
  private boolean initialized;
  private boolean ending;

  /** An answer that is computed on another thread. The first thread to take it sends it. */
  private static final class Pending {
    private final AtomicReference<Object> id;

    Pending(Object id) {
      this.id = new AtomicReference<>(id);
    }

    boolean take() {
      return id.getAndSet(null) != null;
    }
  }

  /**
   * @param limit time limit of a derivation, in milliseconds
   */
  public LanguageServer(InputStream in, OutputStream out, long limit) {
    this.channel = new Channel(in, out);
    this.limit = limit;
  }

  private static ScheduledExecutorService executor(String name) {
    ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
      Thread thread = new Thread(null, task, name, STACK);
      thread.setDaemon(true);
      return thread;
    });
    executor.setRemoveOnCancelPolicy(true);
    return executor;
  }

  /**
   * Serves until the client says {@code exit} or closes the stream.
   *
   * @return 0 if the client requested a shutdown before, else 1
   * @throws IOException if a stream fails
   */
  public int run() throws IOException {
    try {
      for (Optional<String> text = channel.read(); text.isPresent(); text = channel.read()) {
        Optional<Request> request = parse(text.get());
        if (request.isPresent() && request.get().method().filter("exit"::equals).isPresent()) {
          break;
        } else if (request.isPresent()) {
          handle(request.get());
        }
      }
      return ending ? 0 : 1;
    } finally {
      timer.shutdownNow();
      checker.shutdownNow();
      worker.shutdownNow();
    }
  }

  private Optional<Request> parse(String text) throws IOException {
    try {
      return Optional.of(Request.parse(text));
    } catch (IllegalArgumentException fault) {
      fail(null, PARSE_ERROR, fault.getMessage());
      return Optional.empty();
    }
  }

  private void handle(Request request) throws IOException {
    Optional<Object> id = request.id();
    String method = request.method().orElse("");
    try {
      if (method.isEmpty()) {
        return; // A response, although the server sent no request.
      } else if (id.isEmpty()) {
        notified(method, request);
      } else if (!initialized && !method.equals("initialize")) {
        fail(id.get(), NOT_INITIALIZED, "the first request is `initialize`");
      } else if (ending) {
        fail(id.get(), INVALID_REQUEST, "the server is shut down");
      } else {
        handleRequest(id.get(), method, request);
      }
    } catch (IllegalArgumentException | ClassCastException | NullPointerException fault) {
      sendError(id, INVALID_PARAMS, fault);
    } catch (RuntimeException | StackOverflowError fault) {
      sendError(id, INTERNAL_ERROR, fault);
    }
  }

  private void sendError(Optional<Object> id, int code, Throwable fault) throws IOException {
    if (id.isPresent()) {
      fail(id.get(), code, String.valueOf(fault));
    } else {
      notify("window/logMessage", Map.of("type", 1, "message", "nngen: " + fault));
    }
  }

  private void notified(String method, Request request) throws IOException {
    switch (method) {
      case "textDocument/didOpen" -> {
        OpenFile file = files.open(request.uri(), request.text("params", "textDocument", "text").orElse(""));
        changed();
        derive(file);
      }
      case "textDocument/didChange" -> {
        files.get(request.uri()).change(request.list("params", "contentChanges"));
        changed();
      }
      case "textDocument/didSave" -> derive(files.get(request.uri()));
      case "textDocument/didClose" -> {
        files.close(request.uri());
        notify("textDocument/publishDiagnostics", Map.of("uri", request.uri(), "diagnostics", List.of()));
        changed();
      }
      case "workspace/didChangeWatchedFiles" -> changed();
      case "$/cancelRequest" -> cancel(request);
      default -> { } // Unknown notifications are ignored.
    }
  }

  private void cancel(Request request) throws IOException {
    Object id = new Request(Map.of("id", request.get("params", "id").orElse(""))).id().orElse("");
    Pending waiting = pending.get(id);
    if (waiting != null && waiting.take()) {
      pending.remove(id);
      fail(id, CANCELLED, "cancelled");
    }
  }

  private void handleRequest(Object id, String method, Request request) throws IOException {
    switch (method) {
      case "initialize" -> reply(id, initialize(request));
      case "shutdown" -> {
        ending = true;
        reply(id, null);
      }
      case "textDocument/hover" -> hover(id, files.get(request.uri()), offset(request));
      case "textDocument/definition" -> reply(id, definition(files.get(request.uri()), offset(request)));
      case "textDocument/completion" -> reply(id, Answers.completion(files.get(request.uri()), offset(request)));
      case "textDocument/signatureHelp" -> reply(id, Answers.signature(files.get(request.uri()), offset(request)));
      case "textDocument/documentSymbol" -> reply(id, Answers.symbols(files.get(request.uri())));
      case "textDocument/formatting" -> reply(id, Answers.formatting(files.get(request.uri())));
      case "textDocument/codeAction" -> actions(id, request);
      default -> fail(id, METHOD_NOT_FOUND, "there is no method `" + method + "`");
    }
  }

  private Object initialize(Request request) {
    initialized = true;
    request.list("params", "workspaceFolders").forEach(folder -> new Request((Map<?, ?>) folder).text("uri").ifPresent(files::root));
    request.text("params", "rootUri").ifPresent(files::root);
    Map<String, Object> capabilities = new LinkedHashMap<>();
    capabilities.put("positionEncoding", "utf-16");
    capabilities.put("textDocumentSync", Map.of("openClose", true, "change", 2, "save", true));
    for (String provider : List.of("hover", "definition", "documentSymbol", "documentFormatting")) {
      capabilities.put(provider + "Provider", true);
    }
    capabilities.put("completionProvider", Map.of("triggerCharacters", List.of(">", "(")));
    capabilities.put("signatureHelpProvider", Map.of("triggerCharacters", List.of("(", ",")));
    capabilities.put("codeActionProvider", Map.of("codeActionKinds", List.of("quickfix")));
    return Map.of("capabilities", capabilities, "serverInfo", Map.of("name", "nngen"));
  }

  private int offset(Request request) {
    return new TextPositions(files.get(request.uri()).text()).offset(request.get("params", "position").orElse(null));
  }

  private Object definition(OpenFile file, int offset) throws IOException {
    Optional<Span> found = Definitions.find(file.analysis(), file.loader(), offset);
    return found.isPresent() ? answers.location(found.get()) : null;
  }

  private void hover(Object id, OpenFile file, int offset) throws IOException {
    Optional<String> quick = Hover.quick(file.analysis(), offset);
    if (quick.isEmpty()) {
      reply(id, null);
      return;
    }
    Analysis analysis = file.analysis();
    answerAsync(id, () -> Answers.hover(file, offset, quick.get() + Hover.derived(analysis, offset).orElse("")),
        () -> Answers.hover(file, offset, quick.get() + "\n\nThe gradient is still being derived."));
  }

  private void actions(Object id, Request request) {
    OpenFile file = files.get(request.uri());
    TextPositions lines = new TextPositions(file.text());
    int start = lines.offset(request.get("params", "range", "start").orElse(null));
    int end = lines.offset(request.get("params", "range", "end").orElse(null));
    answerAsync(id, () -> answers.actions(file, start, end), List::of);
  }

  /** Runs a task after a delay in milliseconds. The task reports its errors itself. */
  private static void schedule(ScheduledExecutorService executor, long delay, Runnable task) {
    var unused = executor.schedule(task, delay, TimeUnit.MILLISECONDS);
  }

  /** Computes an answer on the worker thread. After the limit the client gets the other answer. */
  private void answerAsync(Object id, Callable<Object> answer, Callable<Object> otherwise) {
    Pending waiting = new Pending(id);
    pending.put(id, waiting);
    worker.execute(() -> finish(id, waiting, answer));
    schedule(timer, limit, () -> finish(id, waiting, otherwise));
  }

  private void finish(Object id, Pending waiting, Callable<Object> answer) {
    try {
      Object result = waiting.id.get() == null ? null : answer.call();
      if (waiting.take()) {
        pending.remove(id);
        reply(id, result);
      }
    } catch (Exception | StackOverflowError | OutOfMemoryError fault) {
      if (waiting.take()) {
        pending.remove(id);
        runQuietly(() -> fail(id, INTERNAL_ERROR, String.valueOf(fault)));
      }
    }
  }

  /** Analyzes all open texts after a pause in changes. Texts that import a changed one may have other errors too. */
  private void changed() {
    Set.copyOf(files.all()).forEach(OpenFile::forget);
    schedule(checker, PAUSE, () -> files.all().forEach(file -> runQuietly(() -> {
      Analysis analysis = file.analysis();
      publish(file, analysis, analysis.diagnostics());
    })));
  }

  /** Compiles a text, which decides claims. Its diagnostics are sent if the text has not changed meanwhile. */
  private void derive(OpenFile file) {
    schedule(worker, 2 * PAUSE, () -> runQuietly(() -> {
      Analysis analysis = file.analysis();
      publish(file, analysis, analysis.allDiagnostics());
    }));
  }

  private void publish(OpenFile file, Analysis analysis, List<Diagnostic> diagnostics) throws IOException {
    synchronized (file) {
      boolean known = diagnostics.size() <= file.shownDiagnostics().size() && analysis == file.shownAnalysis();
      if (!file.isCurrent(analysis) || known || !files.all().contains(file)) {
        return;
      }
      file.tell(analysis, diagnostics);
    }
    List<Object> all = new ArrayList<>();
    for (Diagnostic diagnostic : diagnostics) {
      all.add(answers.diagnostic(file, diagnostic));
    }
    notify("textDocument/publishDiagnostics", Map.of("uri", file.uri(), "diagnostics", all));
  }

  private interface Action {
    void run() throws IOException;
  }

  /** Runs an action. Ignores a closed connection, which the reading thread detects too, and logs defects of the compiler. */
  private void runQuietly(Action action) {
    try {
      action.run();
    } catch (IOException gone) {
      timer.shutdown();
    } catch (RuntimeException | StackOverflowError fault) {
      runQuietly(() -> notify("window/logMessage", Map.of("type", 1, "message", "nngen: " + fault)));
    }
  }

  private void reply(Object id, Object result) throws IOException {
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("jsonrpc", "2.0");
    message.put("id", id);
    message.put("result", result);
    channel.write(message);
  }

  private void fail(Object id, int code, String text) throws IOException {
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("jsonrpc", "2.0");
    message.put("id", id);
    message.put("error", Map.of("code", code, "message", text));
    channel.write(message);
  }

  private void notify(String method, Object params) throws IOException {
    channel.write(Map.of("jsonrpc", "2.0", "method", method, "params", params));
  }
}
