package dev.nngen.maven;

import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.DiagnosticRenderer;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Severity;
import dev.nngen.diag.Span;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.maven.plugin.logging.Log;
import org.sonatype.plexus.build.incremental.BuildContext;
import org.sonatype.plexus.build.incremental.DefaultBuildContext;

/** Logs diagnostics in the form of {@code javac} under Maven, {@code /path/Digits.nn:[4,12] error...}, and marks them in an IDE. */
final class Reporter {

  private final Log log;
  private final BuildContext ide;
  private final DiagnosticRenderer renderer = new DiagnosticRenderer(false);

  Reporter(Log log, BuildContext ide) {
    this.log = log;
    this.ide = ide;
  }

  /** Removes the marks of a file that is processed again. */
  void forget(Path file) {
    ide.removeMessages(file.toFile());
  }

  /** Logs all diagnostics, each as one event of the log, so that those of parallel modules do not mix. */
  void report(Diagnostics diagnostics) {
    diagnostics.sorted().forEach(this::report);
    if (diagnostics.dropped() > 0) {
      log.error(diagnostics.dropped() + " more not shown");
    }
  }

  private void report(Diagnostic diagnostic) {
    String place = diagnostic.span().map(Reporter::place).orElse("");
    String text = place + renderer.renderWithoutPlace(diagnostic).stripTrailing();
    if (diagnostic.severity() == Severity.ERROR) {
      log.error(text);
    } else {
      log.warn(text);
    }
    diagnostic.span().ifPresent(span -> mark(diagnostic, span));
  }

  private static String place(Span span) {
    return span.source().name() + ":[" + span.source().line(span.start()) + "," + span.source().column(span.start()) + "] ";
  }

  /** Marks a diagnostic in an IDE; on the command line the build context would log the message twice. */
  private void mark(Diagnostic diagnostic, Span span) {
    Path file = Path.of(span.source().name());
    if (!(ide instanceof DefaultBuildContext) && Files.isRegularFile(file)) {
      ide.addMessage(file.toFile(), span.source().line(span.start()), span.source().column(span.start()), diagnostic.message(),
          diagnostic.severity() == Severity.ERROR ? BuildContext.SEVERITY_ERROR : BuildContext.SEVERITY_WARNING, null);
    }
  }
}
