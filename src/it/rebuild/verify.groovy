// The second build makes nothing anew: neither this plugin nor the compiler.
String log = new File(basedir, 'build.log').text
int second = log.lastIndexOf('Scanning for projects...')
String before = log.substring(0, second)
String after = log.substring(second)

assert before.contains('Compiled 2 of 2 model files')
assert before.contains('Compiled 1 of 1 model file')
assert before.contains('Explained 2 of 2 model files')
assert before.contains('Checked 2 of 2 model files')

assert after.count('Nothing to do: 2 model files, unchanged') == 3
assert after.count('Nothing to do: 1 model file, unchanged') == 1
assert !after.contains('Compiled ')
assert after.count('Nothing to compile - all classes are up to date') == 2
assert !after.contains('Compiling ')

assert new File(basedir, 'target/nngen-explain/com/acme/Net.html').text.contains('<math')
