// What changes in an imported file changes the classes of those that import it, at any distance.
String log = new File(basedir, 'build.log').text
assert log.contains('Compiled 4 of 4 model files')
assert log.contains('Compiled 3 of 4 model files')
String net = new File(basedir, 'target/generated-sources/nngen/com/acme/Net.java').text
assert net.contains('Math.abs(')
assert !net.contains('Math.tanh(')
