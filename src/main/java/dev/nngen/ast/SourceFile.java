package dev.nngen.ast;

import dev.nngen.diag.Source;
import java.util.List;

/** A whole file as it was written. */
public record SourceFile(Source source, List<Item> items) {
  public SourceFile {
    items = List.copyOf(items);
  }
}
