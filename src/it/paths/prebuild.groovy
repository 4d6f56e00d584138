// The same project with other letters in its path, on systems whose file names may have them.
import java.nio.charset.Charset

String name = 'große módulo δ'
if (Charset.forName(System.getProperty('sun.jnu.encoding')).newEncoder().canEncode(name)) {
  File from = new File(basedir, 'with spaces')
  File to = new File(basedir, name)
  from.eachFileRecurse { file ->
    if (file.isFile()) {
      File copy = new File(to, from.toPath().relativize(file.toPath()).toString())
      copy.parentFile.mkdirs()
      copy.setText(file.getText('UTF-8').replace('paths-spaces', 'paths-letters'), 'UTF-8')
    }
  }
  new File(basedir, 'letters.txt').text = 'There is a module with other letters.\n'
}
return true
