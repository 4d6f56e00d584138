package dev.nngen.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** Runs the command inside the test's virtual machine. */
record Command(int status, String out, String err) {

  static Command run(Object... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] words = new String[args.length];
    for (int k = 0; k < args.length; k++) {
      words[k] = args[k].toString();
    }
    int status = Main.run(new PrintWriter(out), new PrintWriter(err), false, words);
    return new Command(status, out.toString(), err.toString());
  }
}
