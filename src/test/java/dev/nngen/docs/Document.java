package dev.nngen.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A document for users or developers, in Markdown. */
record Document(Path file, String text) {

  /** Written by {@link ReferencesTest}, whose sources are tested themselves. */
  static final Set<String> GENERATED = Set.of("library.md", "commands.md", "errors.md");

  /** A comment for the tests may precede a block: {@code <!-- name: argument -->}. */
  private static final Pattern BLOCK = Pattern.compile("^(?:<!-- (\\w+): ([^\\n]*) -->\\n)?```(\\w*)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

  /**
   * A block of code.
   *
   * @param note an instruction for the tests: {@code file}, a name to write it to; or {@code around}, a text whose three points it
   *     replaces
   */
  record Block(String language, String code, Optional<String> note, String argument) {

    boolean is(String name) {
      return note.equals(Optional.of(name));
    }

    @Override
    public String toString() {
      return language + ": " + code.lines().findFirst().orElse("");
    }
  }

  static Document read(Path file) {
    try {
      return new Document(file, Files.readString(file));
    } catch (IOException fault) {
      throw new IllegalStateException(fault);
    }
  }

  /** All that people write. */
  static List<Document> written() throws IOException {
    try (Stream<Path> docs = Files.list(Path.of("docs"))) {
      List<Path> files = new ArrayList<>(docs.filter(file -> file.toString().endsWith(".md") && !GENERATED.contains(file.getFileName().toString()))
          .sorted().toList());
      Stream.of("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md").map(Path::of).forEach(files::add);
      return files.stream().map(Document::read).toList();
    }
  }

  List<Block> blocks() {
    List<Block> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(text);
    while (matcher.find()) {
      blocks.add(new Block(matcher.group(3), matcher.group(4), Optional.ofNullable(matcher.group(1)), matcher.group(2) == null ? "" : matcher.group(2)));
    }
    return blocks;
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
