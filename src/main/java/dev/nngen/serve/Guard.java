package dev.nngen.serve;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Accepts requests of the page only. Other pages may send requests to the local host by name ({@code Host} differs, also after DNS rebinding) or
 * across origins ({@code Origin} differs), and cannot read the token in the page.
 */
final class Guard {

  private static final int TOKEN_BYTES = 24;

  private final Set<String> hosts;
  private final String token;

  Guard(int port) {
    this.hosts = Set.of("127.0.0.1:" + port, "localhost:" + port);
    byte[] bytes = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(bytes);
    this.token = HexFormat.of().formatHex(bytes);
  }

  /** The token that the page sends with each request, as the header {@code X-Nngen-Token}. */
  String token() {
    return token;
  }

  /** Returns why a request for the page or one of its files is refused, empty if it is accepted. */
  Optional<String> refusesPage(HttpExchange exchange) {
    if (!isOwn(exchange.getRequestHeaders())) {
      return Optional.of("this page is for 127.0.0.1 only");
    }
    return exchange.getRequestMethod().equals("GET") ? Optional.empty() : Optional.of("the page is read by GET");
  }

  /** Returns why a question is refused, empty if it is accepted. */
  Optional<String> refusesQuestion(HttpExchange exchange) {
    Headers headers = exchange.getRequestHeaders();
    if (!isOwn(headers) || !isToken(Optional.ofNullable(headers.getFirst("X-Nngen-Token")).orElse(""))) {
      return Optional.of("the request is not of this page; load it again");
    }
    boolean json = Optional.ofNullable(headers.getFirst("Content-Type")).orElse("").startsWith("application/json");
    return exchange.getRequestMethod().equals("POST") && json ? Optional.empty() : Optional.of("questions are JSON, sent by POST");
  }

  private boolean isOwn(Headers headers) {
    List<String> origins = headers.getOrDefault("Origin", List.of());
    List<String> host = headers.getOrDefault("Host", List.of());
    return host.size() == 1 && hosts.contains(host.get(0)) && origins.stream().allMatch(origin -> origin.equals("http://" + host.get(0)));
  }

  /** Compares in constant time. */
  private boolean isToken(String given) {
    return MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8));
  }
}
