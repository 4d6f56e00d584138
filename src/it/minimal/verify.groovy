// Model, code and test were built together; what was claimed and derived was checked.
assert new File(basedir, 'target/generated-sources/nngen/com/acme/Digits.java').isFile()
assert new File(basedir, 'target/classes/com/acme/Digits.class').isFile()

String report = new File(basedir, 'target/nngen-check/com/acme/Digits.txt').getText('UTF-8')
assert report.contains('ok   grad(J, Z) == (P - Y) / m')
assert report.contains('ok   dJ/dW_H:')
assert !report.contains('FAIL')

String log = new File(basedir, 'build.log').text
assert log.contains('Tests run: 1, Failures: 0')
assert !log.contains('[WARNING] Digits')
