package dev.nngen.parse;

import dev.nngen.ast.Expr.Name;
import dev.nngen.ast.Item;
import dev.nngen.ast.Item.BlockItem;
import dev.nngen.ast.Item.BlockKind;
import dev.nngen.ast.Item.FunctionItem;
import dev.nngen.ast.Item.FunctionKind;
import dev.nngen.ast.Item.Import;
import dev.nngen.ast.Item.ModelItem;
import dev.nngen.ast.Item.Parameter;
import dev.nngen.ast.Item.Setting;
import dev.nngen.ast.SourceFile;
import dev.nngen.ast.Statement;
import dev.nngen.diag.Source;
import dev.nngen.parse.antlr.NngenParser;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.antlr.v4.runtime.ParserRuleContext;

/** Converts ANTLR's tree of a file to the syntax tree, without the parts that have syntax errors. */
final class TreeBuilder {

  private final Source source;
  private final TokenSpans places;
  private final ExprBuilder expressions;
  private final StatementBuilder statements;

  TreeBuilder(Source source, TokenSpans places) {
    this.source = source;
    this.places = places;
    this.expressions = new ExprBuilder(places);
    this.statements = new StatementBuilder(places, expressions);
  }

  SourceFile file(NngenParser.FileContext file) {
    return new SourceFile(source, file.item().stream().filter(TreeBuilder::sound).map(this::item).toList());
  }

  /** Whether the parser went through a rule, and the one it chose in it, without an error. */
  static boolean sound(ParserRuleContext context) {
    return context.exception == null && context.getChildCount() > 0
        && context.getChild(0) instanceof ParserRuleContext choice && choice.exception == null;
  }

  private Item item(NngenParser.ItemContext item) {
    ParserRuleContext only = (ParserRuleContext) item.getChild(0);
    if (only instanceof NngenParser.ImportItemContext c) {
      return importItem(c);
    } else if (only instanceof NngenParser.ModelItemContext c) {
      return new ModelItem(expressions.name(c.name()), block(c.block()), places.of(c));
    } else if (only instanceof NngenParser.FunctionItemContext c) {
      return function(c);
    } else if (only instanceof NngenParser.BlockItemContext c) {
      return blockItem(c);
    }
    return new Setting(statements.statement(only));
  }

  private Import importItem(NngenParser.ImportItemContext item) {
    String quoted = item.STRING().getText();
    return new Import(quoted.substring(1, quoted.length() - 1), places.of(item.STRING().getSymbol()));
  }

  private FunctionItem function(NngenParser.FunctionItemContext item) {
    List<Statement.Fact.Range> domain = item.domain().stream().flatMap(d -> d.range().stream()).map(statements::range).toList();
    return new FunctionItem(FunctionKind.valueOf(item.kind.getText().toUpperCase(Locale.ROOT)),
        expressions.name(item.name()), parameters(item.parameters()), domain, expressions.expression(item.expression()),
        places.of(item));
  }

  private BlockItem blockItem(NngenParser.BlockItemContext item) {
    return new BlockItem(BlockKind.valueOf(item.kind.getText().toUpperCase(Locale.ROOT)), expressions.name(item.name()),
        parameters(item.parameters()), block(item.block()), places.of(item));
  }

  private List<Parameter> parameters(NngenParser.ParametersContext list) {
    return list.parameter().stream().map(this::parameter).toList();
  }

  private Parameter parameter(NngenParser.ParameterContext parameter) {
    Name name = expressions.declared(parameter.declared());
    List<Name> pattern = parameter.pattern() == null ? List.of() : parameter.pattern().name().stream().map(expressions::name).toList();
    return new Parameter(name, pattern, Optional.ofNullable(parameter.expression()).map(expressions::expression));
  }

  private List<Statement> block(NngenParser.BlockContext block) {
    Stream<NngenParser.StatementContext> sound = block.statement().stream().filter(TreeBuilder::sound);
    return sound.map(s -> statements.statement((ParserRuleContext) s.getChild(0))).toList();
  }
}
