package dev.nngen.compiler;

import dev.nngen.ast.Expr;
import dev.nngen.ast.Item;
import dev.nngen.ast.SourceFile;
import dev.nngen.ast.Statement;
import dev.nngen.ast.Statement.SizeDecl;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.ErrorCode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Assigns numbers to sizes that a file declares without one. */
final class FixedSizes {

  private final Map<String, Integer> numbers;
  private final Set<String> unused;

  private FixedSizes(Map<String, Integer> numbers) {
    this.numbers = numbers;
    this.unused = new HashSet<>(numbers.keySet());
  }

  /** Returns the file with the numbers. Reports a number for a size that the file does not declare, or declares with a number. */
  static SourceFile in(SourceFile file, Map<String, Integer> numbers, Diagnostics diagnostics) {
    FixedSizes sizes = new FixedSizes(numbers);
    SourceFile fixed = new SourceFile(file.source(), file.items().stream().map(sizes::item).toList());
    sizes.unused.stream().sorted().forEach(name -> diagnostics.report(Diagnostic.withoutPlace(ErrorCode.UNKNOWN_NAME,
        file.source().name() + ": no size `" + name + "` is left open").help("the file declares such a size as `size " + name + ";`, without a number")));
    return fixed;
  }

  private Item item(Item item) {
    if (item instanceof Item.Setting setting) {
      return new Item.Setting(statement(setting.statement()));
    }
    return item instanceof Item.ModelItem model ? new Item.ModelItem(model.name(), statements(model.body()), model.span()) : item;
  }

  private List<Statement> statements(List<Statement> body) {
    return body.stream().map(this::statement).toList();
  }

  private Statement statement(Statement statement) {
    if (!(statement instanceof SizeDecl size) || size.value().isPresent() || !numbers.containsKey(size.name().name())) {
      return statement;
    }
    unused.remove(size.name().name());
    return new SizeDecl(size.name(), Optional.of(new Expr.Literal(Integer.toString(numbers.get(size.name().name())), size.span())), size.span());
  }
}
