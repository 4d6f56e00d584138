package dev.nngen.parse;

import dev.nngen.ast.Expr;
import dev.nngen.ast.Statement;
import dev.nngen.ast.Statement.DataDecl;
import dev.nngen.ast.Statement.DataKind;
import dev.nngen.ast.Statement.Definition;
import dev.nngen.ast.Statement.Fact;
import dev.nngen.ast.Statement.Interval;
import dev.nngen.ast.Statement.Minimize;
import dev.nngen.ast.Statement.Output;
import dev.nngen.ast.Statement.ParamDecl;
import dev.nngen.ast.Statement.Precision;
import dev.nngen.ast.Statement.Prove;
import dev.nngen.ast.Statement.Repeat;
import dev.nngen.ast.Statement.Return;
import dev.nngen.ast.Statement.Samples;
import dev.nngen.ast.Statement.Share;
import dev.nngen.ast.Statement.SizeDecl;
import dev.nngen.ast.Statement.StateDecl;
import dev.nngen.ast.Statement.Train;
import dev.nngen.ast.Statement.Unpacking;
import dev.nngen.parse.antlr.NngenBaseVisitor;
import dev.nngen.parse.antlr.NngenParser;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.antlr.v4.runtime.ParserRuleContext;

/** Converts ANTLR's tree of a statement to the syntax tree. */
final class StatementBuilder {

  private final TokenSpans places;
  private final ExprBuilder expressions;
  private final Visitor visitor = new Visitor();

  StatementBuilder(TokenSpans places, ExprBuilder expressions) {
    this.places = places;
    this.expressions = expressions;
  }

  Statement statement(ParserRuleContext context) {
    return context.accept(visitor);
  }

  Fact.Range range(NngenParser.RangeContext range) {
    return new Fact.Range(expressions.side(range.side()), interval(range.interval()), places.of(range));
  }

  private Fact fact(NngenParser.FactContext fact) {
    Expr left = expressions.side(fact.side(0));
    return fact.interval() == null
        ? new Fact.Equality(left, expressions.side(fact.side(1)), places.of(fact))
        : new Fact.Range(left, interval(fact.interval()), places.of(fact));
  }

  private Interval interval(NngenParser.IntervalContext interval) {
    return new Interval(expressions.expression(interval.expression(0)), interval.open.getText().equals("("),
        expressions.expression(interval.expression(1)), interval.close.getText().equals(")"), places.of(interval));
  }

  private List<Expr.Name> names(NngenParser.NamesContext names) {
    return names == null ? List.of() : names.name().stream().map(expressions::name).toList();
  }

  private List<Expr> sizes(NngenParser.SizesContext sizes) {
    return sizes == null ? List.of() : sizes.expression().stream().map(expressions::expression).toList();
  }

  /** One method per statement of the grammar. */
  private final class Visitor extends NngenBaseVisitor<Statement> {

    @Override
    public Statement visitDataDecl(NngenParser.DataDeclContext c) {
      DataKind kind = DataKind.valueOf(c.kind.getText().toUpperCase(Locale.ROOT));
      return new DataDecl(kind, expressions.declared(c.declared()), sizes(c.sizes()), Optional.ofNullable(c.expression()).map(expressions::expression),
          c.fact().stream().map(StatementBuilder.this::fact).toList(), places.of(c));
    }

    @Override
    public Statement visitParamDecl(NngenParser.ParamDeclContext c) {
      return new ParamDecl(expressions.declared(c.declared()), sizes(c.sizes()),
          Optional.ofNullable(c.expression()).map(expressions::expression), c.frozen != null, places.of(c));
    }

    @Override
    public Statement visitStateDecl(NngenParser.StateDeclContext c) {
      return new StateDecl(c.initial().stream().map(this::initial).toList(), places.of(c));
    }

    private ParamDecl initial(NngenParser.InitialContext c) {
      return new ParamDecl(expressions.declared(c.declared()), sizes(c.sizes()), Optional.of(expressions.expression(c.expression())), false, places.of(c));
    }

    @Override
    public Statement visitUpdateDecl(NngenParser.UpdateDeclContext c) {
      return new Statement.UpdateDecl(expressions.name(c.name()), expressions.expression(c.expression()), places.of(c));
    }

    @Override
    public Statement visitNoiseDecl(NngenParser.NoiseDeclContext c) {
      return new Statement.NoiseDecl(expressions.declared(c.declared()), sizes(c.sizes()), expressions.expression(c.expression()), places.of(c));
    }

    @Override
    public Statement visitSizeDecl(NngenParser.SizeDeclContext c) {
      return new SizeDecl(expressions.name(c.name()), Optional.ofNullable(c.expression()).map(expressions::expression), places.of(c));
    }

    @Override
    public Statement visitSamplesDecl(NngenParser.SamplesDeclContext c) {
      return new Samples(expressions.name(c.name()), places.of(c));
    }

    @Override
    public Statement visitPrecisionDecl(NngenParser.PrecisionDeclContext c) {
      return new Precision(expressions.name(c.name()), places.of(c));
    }

    @Override
    public Statement visitDefinition(NngenParser.DefinitionContext c) {
      List<Expr.Index> indices = c.indices() == null ? List.of() : c.indices().index().stream().map(expressions::index).toList();
      return new Definition(expressions.declared(c.declared()), indices, expressions.expression(c.expression()), places.of(c));
    }

    @Override
    public Statement visitMinimize(NngenParser.MinimizeContext c) {
      return new Minimize(expressions.name(c.name()), expressions.expression(c.expression()), names(c.names()), places.of(c));
    }

    @Override
    public Statement visitOutput(NngenParser.OutputContext c) {
      return new Output(names(c.names()), places.of(c));
    }

    @Override
    public Statement visitTrain(NngenParser.TrainContext c) {
      return new Train(expressions.expression(c.expression()), names(c.names()), places.of(c));
    }

    @Override
    public Statement visitProve(NngenParser.ProveContext c) {
      return new Prove(expressions.side(c.side(0)), expressions.side(c.side(1)), places.of(c));
    }

    @Override
    public Statement visitReturning(NngenParser.ReturningContext c) {
      return new Return(c.expression().stream().map(expressions::expression).toList(), places.of(c));
    }

    @Override
    public Statement visitUnpacking(NngenParser.UnpackingContext c) {
      return new Unpacking(c.declared().stream().map(expressions::declared).toList(), expressions.expression(c.expression()), places.of(c));
    }

    @Override
    public Statement visitShare(NngenParser.ShareContext c) {
      return new Share(expressions.name(c.name()), expressions.call(c.call()), places.of(c));
    }

    @Override
    public Statement visitRepetition(NngenParser.RepetitionContext c) {
      return new Repeat(expressions.expression(c.expression()), body(c.block()), places.of(c));
    }

    @Override
    public Statement visitOver(NngenParser.OverContext c) {
      return new Statement.Over(expressions.index(c.index()), body(c.block()), places.of(c));
    }

    @Override
    public Statement visitStart(NngenParser.StartContext c) {
      return new Statement.Start(expressions.declared(c.declared()), expressions.expression(c.expression()), places.of(c));
    }

    private List<Statement> body(NngenParser.BlockContext block) {
      return block.statement().stream().filter(TreeBuilder::sound).map(s -> statement((ParserRuleContext) s.getChild(0))).toList();
    }
  }
}
