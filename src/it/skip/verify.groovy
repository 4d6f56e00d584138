String second = new File(basedir, 'build.log').text.split('Scanning for projects...')[2]
assert second.count('Skipped, because nngen.skip is set') == 2
assert !second.contains('Compiled ')
assert new File(basedir, 'target/classes/com/acme/Net.class').isFile()
assert !new File(basedir, 'target/nngen-check').exists()
