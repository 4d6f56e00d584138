package dev.nngen.train.report;

import dev.nngen.compiler.CompiledModel;
import dev.nngen.compiler.Version;
import dev.nngen.diag.Source;
import dev.nngen.explain.HtmlFragment;
import dev.nngen.explain.Options;
import dev.nngen.train.Evaluation;
import dev.nngen.train.History;
import dev.nngen.train.Safetensors;
import dev.nngen.train.Training;
import dev.nngen.train.Training.Trained;
import dev.nngen.train.data.Data;
import dev.nngen.train.data.Data.Image;
import dev.nngen.train.data.Split;
import dev.nngen.train.data.Task;
import dev.nngen.train.metric.ClassMetrics;
import dev.nngen.train.metric.Metrics;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** What a training came to, as one HTML file. The same training gives the same bytes. */
public final class Report {

  private final CompiledModel model;
  private final Training training;
  private final Trained trained;
  private final Evaluation evaluation;
  private final String judged;
  private final String command;
  private final Data data;
  private final Optional<Image> image;
  private final StringBuilder text = new StringBuilder();

  /**
   * @param evaluation of the best weights
   * @param judged what samples that was: test, validation or training
   * @param command how to repeat it
   */
  public Report(CompiledModel model, Training training, Trained trained, Evaluation evaluation, String judged, String command) {
    this.model = model;
    this.training = training;
    this.trained = trained;
    this.evaluation = evaluation;
    this.judged = judged;
    this.command = command;
    this.data = training.prepared().data();
    this.image = Images.sizeOf(data);
  }

  /** The whole file. */
  public String html() {
    Optional<HtmlFragment> derivation = model.lowered().loss()
        .map(loss -> HtmlFragment.of(model.deriver().derive(Options.DEFAULT)));
    String title = Svg.escape(model.name()) + ", trained";
    text.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>").append(title).append("</title>\n<style>\n")
        .append(derivation.map(HtmlFragment::style).orElse("")).append(resource("report.css")).append("</style>\n</head>\n<body>\n<h1>")
        .append(title).append("</h1>\n");
    summary();
    curves();
    quality();
    worst();
    firstLayer();
    modelText();
    derivation.ifPresent(fragment -> text.append("<details><summary>How its gradients are derived</summary><div>\n")
        .append(fragment.body()).append("</div></details>\n"));
    repeat();
    return text.append("</body>\n</html>\n").toString();
  }

  private void summary() {
    Split split = training.prepared().split();
    History history = trained.progress().history();
    text.append("<p>").append(String.format(Locale.ROOT, "%,d parameters, trained on %,d samples for %d epochs. Measured on %,d %s samples with the weights of epoch %d.",
        training.network().parameterCount(), split.training().length, history.epochs().size(), evaluation.rows().length, judged, history.best().epoch()))
        .append("</p>\n<div class=\"cards\">\n");
    for (Metrics.Measure measure : evaluation.metrics().measures()) {
      boolean share = measure.name().equals("accuracy");
      card(share ? String.format(Locale.ROOT, "%.2f %%", 100 * measure.value()) : Metrics.shown(measure.value()), measure.name() + ", " + judged);
    }
    if (!Double.isNaN(evaluation.loss())) {
      card(Metrics.shown(evaluation.loss()), "loss, " + judged);
    }
    card(String.format(Locale.ROOT, "%d of %d", history.best().epoch(), history.epochs().size()), "best epoch");
    text.append("</div>\n");
  }

  private void card(String number, String words) {
    text.append("<div class=\"card\"><b>").append(Svg.escape(number)).append("</b><span>").append(Svg.escape(words)).append("</span></div>\n");
  }

  private void heading(String title) {
    text.append("<h2>").append(Svg.escape(title)).append("</h2>\n");
  }

  private void figure(String title, String note, String picture) {
    text.append("<figure><figcaption>").append(Svg.escape(title)).append(note.isEmpty() ? "" : " <small>" + Svg.escape(note) + "</small>")
        .append("</figcaption>\n").append(picture).append("</figure>\n");
  }

  private void curves() {
    List<History.Epoch> epochs = trained.progress().history().epochs();
    int best = trained.progress().history().best().epoch();
    boolean validates = training.prepared().split().validation().length > 0;
    heading("How training went");
    text.append("<div class=\"charts\">\n");
    String legend = "<div class=\"legend\"><span><i class=\"ia\"></i>training</span>"
        + (validates ? "<span><i class=\"ib\"></i>validation</span>" : "") + "</div>\n";
    figure("Loss", "by epoch", legend + Charts.curves("loss by epoch", column(epochs, History.Epoch::loss), column(epochs, History.Epoch::validationLoss), best));
    String metric = trained.progress().history().metric();
    if (!metric.isEmpty()) {
      double[] none = new double[epochs.size()];
      Arrays.fill(none, Double.NaN);
      double[] values = column(epochs, History.Epoch::metric);
      figure(metric.substring(0, 1).toUpperCase(Locale.ROOT) + metric.substring(1), "of the " + (validates ? "validation" : "training") + " samples, by epoch",
          validates ? "<div class=\"legend\"><span><i class=\"ib\"></i>validation</span></div>\n" + Charts.curves(metric + " by epoch", none, values, best)
              : legend + Charts.curves(metric + " by epoch", values, none, best));
    }
    text.append("</div>\n");
  }

  private static double[] column(List<History.Epoch> epochs, ToDoubleFunction<History.Epoch> value) {
    return epochs.stream().mapToDouble(value).toArray();
  }

  private void quality() {
    if (evaluation.metrics() instanceof ClassMetrics metrics) {
      heading("How good it is");
      text.append("<div class=\"charts\">\n");
      figure("Confusion matrix", "of " + evaluation.rows().length + " " + judged + " samples", Charts.confusion(metrics));
      metrics.roc().ifPresent(roc -> figure("ROC curve", "area " + Metrics.shown(roc.area()), Charts.roc(roc, metrics.classes().get(1))));
      classTable(metrics);
      text.append("</div>\n");
    } else if (training.task().kind() == Task.Kind.NUMBERS) {
      heading("How good it is");
      text.append("<div class=\"charts\">\n");
      figure("Predictions against targets", "of " + evaluation.rows().length + " " + judged + " samples", Charts.scatter(evaluation.targets(data), evaluation.outputs()));
      text.append("</div>\n");
    }
  }

  private void classTable(ClassMetrics metrics) {
    text.append("<div class=\"panel\"><table>\n<tr><th>class</th><th class=\"n\">precision</th><th class=\"n\">recall</th>"
        + "<th class=\"n\">F1</th><th class=\"n\">samples</th></tr>\n");
    for (int k = 0; k < metrics.classes().size(); k++) {
      text.append(String.format(Locale.ROOT, "<tr><td>%s</td><td class=\"n\">%.4f</td><td class=\"n\">%.4f</td><td class=\"n\">%.4f</td><td class=\"n\">%d</td></tr>\n",
          Svg.escape(metrics.classes().get(k)), metrics.precision(k), metrics.recall(k), metrics.f1(k), metrics.support(k)));
    }
    text.append("</table></div>\n");
  }

  private void worst() {
    List<WorstExamples.Example> examples = WorstExamples.of(evaluation, data, training.task());
    if (examples.isEmpty()) {
      return;
    }
    heading("Where it is most wrong");
    text.append("<div class=\"wrong\">\n");
    double[] sample = new double[data.sampleSize()];
    for (WorstExamples.Example example : examples) {
      data.sample(example.row(), sample);
      String picture = image.map(size -> Images.sample(Arrays.copyOf(sample, data.features()), size)).orElse("");
      text.append("<div class=\"card\">").append(picture).append("<div><b>").append(Svg.escape(example.actual())).append("</b><br>taken for ")
          .append(Svg.escape(example.predicted())).append("<br><span>").append(Svg.escape(place(example.row()))).append("</span></div></div>\n");
    }
    text.append("</div>\n");
  }

  /** The file's name and the line, without the folder. */
  private String place(int row) {
    String place = data.place(row);
    return place.substring(Math.max(place.lastIndexOf('/'), place.lastIndexOf('\\')) + 1);
  }

  private void firstLayer() {
    if (image.isEmpty()) {
      return;
    }
    Images.firstLayer(model.lowered(), data.features()).ifPresent(layer -> {
      heading("What the first layer looks for");
      String shown = Images.shown(layer) < layer.units() ? "the first " + Images.shown(layer) + " of " + layer.units() + " units" : layer.units() + " units";
      figure(layer.parameter(), shown + "; blue weighs for, orange against", Images.units(parameter(layer.parameter()), layer, image.get()));
    });
  }

  private double[] parameter(String name) {
    try {
      return Safetensors.read(trained.progress().best()).tensors().get(name).values();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private void modelText() {
    heading("The model");
    for (Source source : model.sources()) {
      if (!source.name().startsWith("library/")) {
        text.append("<div class=\"panel\" style=\"padding:0;margin-bottom:.75rem\"><pre>").append(Svg.escape(source.text())).append("</pre></div>\n");
      }
    }
  }

  private void repeat() {
    heading("To repeat it");
    text.append("<div class=\"panel\"><table>\n");
    row("command", "<code>" + Svg.escape(command) + "</code>");
    row("seed", Long.toString(training.options().seed()));
    for (Data.Part part : data.files()) {
      row("data", Svg.escape(part.file().path() + ", " + String.format(Locale.ROOT, "%,d", part.to() - part.from()) + " samples"));
    }
    row("versions", Svg.escape("nngen " + Version.current() + ", Java " + System.getProperty("java.version") + ", " + System.getProperty("os.arch")));
    text.append("</table></div>\n");
  }

  private void row(String name, String html) {
    text.append("<tr><th>").append(name).append("</th><td>").append(html).append("</td></tr>\n");
  }

  private static String resource(String name) {
    try (InputStream in = Report.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
