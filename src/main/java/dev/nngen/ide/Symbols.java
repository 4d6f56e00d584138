package dev.nngen.ide;

import dev.nngen.ast.Expr.Name;
import dev.nngen.ast.Item;
import dev.nngen.ast.Statement;
import dev.nngen.diag.Span;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The outline of a file. */
public final class Symbols {

  /**
   * A definition.
   *
   * @param kind {@code model}, {@code layer}, {@code fn}, {@code input} and so on
   * @param whole the text of the definition
   * @param name its name
   */
  public record Symbol(String name, String kind, Span whole, Span place, List<Symbol> children) {}

  private Symbols() {}

  /** Returns the definitions of a file, in the order of the text. */
  public static List<Symbol> of(Analysis analysis) {
    return analysis.file().items().stream().flatMap(item -> item(analysis, item)).toList();
  }

  private static Stream<Symbol> item(Analysis analysis, Item item) {
    if (item instanceof Item.ModelItem model) {
      return Stream.of(symbol(model.name(), "model", model.span(), children(analysis, model.span())));
    } else if (item instanceof Item.BlockItem block) {
      return Stream.of(symbol(block.name(), block.kind().name().toLowerCase(Locale.ROOT), block.span(), children(analysis, block.span())));
    } else if (item instanceof Item.FunctionItem function) {
      return Stream.of(symbol(function.name(), function.kind().name().toLowerCase(Locale.ROOT), function.span(), List.of()));
    }
    return item instanceof Item.Setting setting && setting.statement() instanceof Statement.SizeDecl size
        ? Stream.of(symbol(size.name(), "size", size.span(), List.of())) : Stream.empty();
  }

  private static Symbol symbol(Name name, String kind, Span whole, List<Symbol> children) {
    return new Symbol(name.name(), kind, whole, name.span(), children);
  }

  /** Returns the values of a model or a layer. */
  private static List<Symbol> children(Analysis analysis, Span item) {
    return analysis.bindings().all().stream().filter(binding -> binding.scope().equals(item) && !binding.declaration().equals(item))
        .map(binding -> symbol(binding.name(), binding.kind().word(), binding.declaration(), List.of())).toList();
  }
}
