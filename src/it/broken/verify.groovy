// Faults are shown where they are, all at once and with all that the compiler has to say; the last good output stays.
String log = new File(basedir, 'build.log').getText('UTF-8').replace('\r\n', '\n')
String models = new File(basedir, 'steps/2/com/acme').path
String first = "[ERROR] $models${File.separator}Digits.nn:[4,13] error[E102]: "
assert log.contains(first)
String diagnostic = log.substring(log.indexOf(first))
assert diagnostic.contains('  4 |   A = dense(Xs, 3) |> tanh;\n    |             ^^')
assert diagnostic.contains('= help: ')
assert log =~ /\[ERROR\] .*Third\.nn:\[4,22\] error\[E102\]: .*tahn/
assert log.contains('Model files with errors: ')
assert log.contains('MojoFailureException')
assert !log.contains('internal error')

File generated = new File(basedir, 'target/generated-sources/nngen/com/acme')
assert generated.list().toList().toSet() == ['Digits.java', 'Other.java'].toSet()
assert new File(generated, 'Other.java').text.contains('PARAMETER_COUNT = 15;')

assert log =~ /\[ERROR\] .*Claim\.nn:\[6,3\] error\[E160\]/
assert log.contains("FAIL grad(J, A) == A - Y")
assert log.contains("Parameter kernels is 'fast', which is none of ejml")
