// Help names every goal and the property of every parameter that a user may set.
String log = new File(basedir, 'build.log').text
['check', 'explain', 'generate', 'generate-test', 'help'].each { assert log.contains("nngen:$it\n") }
['nngen.skip', 'nngen.kernels', 'nngen.precision', 'nngen.packageName', 'nngen.sourceDirectory', 'nngen.outputDirectory', 'nngen.seed',
 'nngen.format', 'nngen.wrt', 'nngen.form', 'nngen.steps'].each { assert log.contains("User property: $it\n") }
return true
