package dev.nngen.serve;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.nngen.diag.Source;
import dev.nngen.explain.HtmlFragment;
import dev.nngen.model.SourceLoader;
import dev.nngen.train.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** An HTTP server of the page and its answers, for the local host only. */
public final class PageServer implements AutoCloseable {

  private static final int MOST_BYTES = 1 << 21;
  private static final int HANDLERS = 8;
  private static final byte[] LOCALHOST = {127, 0, 0, 1};
  private static final Map<String, String> PARTS = Map.of("/", "text/html", "/page.js", "text/javascript", "/page.css", "text/css");
  /** The page loads nothing from other hosts, runs its own scripts only, and cannot be framed. */
  private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; img-src data:; "
      + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  /** Seconds in which a request, and then its answer, must pass over the connection. */
  private static final long TRANSFER = 10;

  private final HttpServer server;
  private final ExecutorService handlers;
  private final Guard guard;
  private final Optional<ModelFolder> folder;
  private final TimeLimit limit;
  private final Views views = new Views();

  /**
   * Starts a server.
   *
   * @param port 0 for any free port
   * @param folder folder whose model files the page lists, opens and saves; without a folder it saves nothing
   * @param limit time limit of an answer, in milliseconds
   * @throws IOException if the port is in use or the folder cannot be read
   */
  public PageServer(int port, Optional<Path> folder, long limit) throws IOException {
    this.folder = folder.isPresent() ? Optional.of(new ModelFolder(folder.get())) : Optional.empty();
    this.limit = new TimeLimit(limit);
    limitTransfers(TimeUnit.MILLISECONDS.toSeconds(limit));
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(LOCALHOST), port), 0);
    this.guard = new Guard(server.getAddress().getPort());
    this.handlers = Executors.newFixedThreadPool(HANDLERS, task -> {
      Thread thread = new Thread(task, "nngen-serve");
      thread.setDaemon(true);
      return thread;
    });
    server.setExecutor(handlers);
    server.createContext("/", this::handle);
    server.start();
  }

  /**
   * Makes servers close connections that stall, which would hold a handler each. The JDK reads these properties once, for the first server of the process.
   *
   * @param work seconds that an answer may need before it is sent
   */
  private static void limitTransfers(long work) {
    Map.of("sun.net.httpserver.maxReqTime", TRANSFER, "sun.net.httpserver.maxRspTime", work + TRANSFER)
        .forEach((name, seconds) -> System.getProperties().putIfAbsent(name, String.valueOf(seconds)));
  }

  /** Returns the page's address. */
  public String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
  }

  @Override
  public void close() {
    server.stop(0);
    handlers.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      try {
        if (path.startsWith("/api/")) {
          send(exchange, 200, "application/json", Json.write(question(exchange, path.substring("/api/".length()))).getBytes(StandardCharsets.UTF_8));
        } else {
          part(exchange, path);
        }
      } catch (Refusal refusal) {
        refuse(exchange, refusal.status(), refusal.getMessage());
      } catch (IllegalArgumentException | ClassCastException | NullPointerException fault) {
        refuse(exchange, 400, "the request cannot be read: " + fault.getMessage());
      }
    }
  }

  private static void refuse(HttpExchange exchange, int status, String sentence) throws IOException {
    send(exchange, status, "application/json", Json.write(Map.of("error", sentence)).getBytes(StandardCharsets.UTF_8));
  }

  private void part(HttpExchange exchange, String path) throws IOException, Refusal {
    Optional<String> refused = guard.refusesPage(exchange);
    if (refused.isPresent()) {
      throw new Refusal(403, refused.get());
    } else if (!PARTS.containsKey(path)) {
      throw new Refusal(404, "there is no " + path);
    }
    byte[] content = Samples.resource(path.equals("/") ? "page.html" : path.substring(1));
    String text = new String(content, StandardCharsets.UTF_8);
    if (path.equals("/")) {
      text = text.replace("{token}", guard.token()).replace("{folder}", folder.isPresent() ? "yes" : "no");
    } else if (path.equals("/page.css")) {
      text = HtmlFragment.stylesheet() + text;
    }
    send(exchange, 200, PARTS.get(path), text.getBytes(StandardCharsets.UTF_8));
  }

  private Object question(HttpExchange exchange, String name) throws IOException, Refusal {
    Optional<String> refused = guard.refusesQuestion(exchange);
    if (refused.isPresent()) {
      throw new Refusal(403, refused.get());
    }
    byte[] body = exchange.getRequestBody().readNBytes(MOST_BYTES + 1);
    if (body.length > MOST_BYTES) {
      exchange.getRequestBody().transferTo(OutputStream.nullOutputStream()); // Otherwise the page would see a broken connection and no answer.
      throw new Refusal(413, "a request of more than 2 MiB");
    }
    Map<?, ?> asked = (Map<?, ?>) Json.parse(new String(body, StandardCharsets.UTF_8));
    return switch (name) {
      case "look" -> limit.call(() -> views.look(source(asked), loader()));
      case "show" -> limit.call(() -> views.show(source(asked), loader(), text(asked, "tab"), text(asked, "model"), text(asked, "form")));
      case "format" -> limit.call(() -> Views.format(source(asked)));
      case "list" -> list();
      case "open" -> Map.of("text", folder().read(text(asked, "path")));
      case "save" -> {
        folder().write(text(asked, "path"), text(asked, "text"));
        yield Map.of("path", text(asked, "path"));
      }
      default -> throw new Refusal(404, "there is no question `" + name + "`");
    };
  }

  private Map<String, Object> list() throws IOException {
    Map<String, Object> lists = new LinkedHashMap<>();
    lists.put("samples", Samples.all().entrySet().stream().map(sample -> Map.of("title", sample.getKey(), "text", sample.getValue())).toList());
    lists.put("files", folder.isPresent() ? folder.get().list() : List.of());
    return lists;
  }

  private ModelFolder folder() throws Refusal {
    return folder.orElseThrow(() -> new Refusal(403, "no folder was given to `nngen serve`"));
  }

  private Source source(Map<?, ?> asked) throws Refusal {
    String path = text(asked, "path");
    return new Source(folder.isPresent() && !path.isEmpty() ? folder.get().name(path) : "model.nn", text(asked, "text"));
  }

  private SourceLoader loader() {
    return folder.map(ModelFolder::loader).orElse(SourceLoader.NONE);
  }

  private static String text(Map<?, ?> asked, String name) {
    return asked.get(name) instanceof String text ? text : "";
  }

  private static void send(HttpExchange exchange, int status, String type, byte[] content) throws IOException {
    Map.of("Content-Type", type + "; charset=utf-8", "Cache-Control", "no-store", "X-Content-Type-Options", "nosniff", "Referrer-Policy", "no-referrer",
        "Cross-Origin-Resource-Policy", "same-origin", "Cross-Origin-Opener-Policy", "same-origin", "Content-Security-Policy", POLICY)
        .forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
    exchange.sendResponseHeaders(status, content.length == 0 ? -1 : content.length);
    exchange.getResponseBody().write(content);
  }
}
