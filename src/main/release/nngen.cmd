@echo off
rem Starts nngen. A class-data archive in the user's cache folder makes the second and later starts about twice as fast.
setlocal
set "LIB=%~dp0..\lib"
if not defined LOCALAPPDATA set "LOCALAPPDATA=%TEMP%"
set "STATE=%LOCALAPPDATA%\nngen\@project.version@"
set "JAVA=java"
rem JAVA_HOME may have quotes around it.
if defined JAVA_HOME set "JAVA=%JAVA_HOME:"=%\bin\java"
set "COMMON=-XX:+UseSerialGC -Xss4m -Xshare:auto -Xlog:disable -Xlog:all=error:stderr"
set "QUICK=-XX:TieredStopAtLevel=1"
set "SHARED="

rem One attempt is enough: without an archive nngen runs all the same.
if not exist "%STATE%\tried" (
  "%JAVA%" --version >nul 2>nul || (
    echo nngen: no Java found: install a JDK of version 17 or later, or set JAVA_HOME 1>&2
    exit /b 2
  )
  mkdir "%STATE%" >nul 2>nul
  type nul 2>nul >"%STATE%\tried"
  "%JAVA%" %COMMON% -cp "%LIB%\nngen.jar" "-XX:ArchiveClassesAtExit=%STATE%\classes.jsa" %QUICK% dev.nngen.cli.Main "%~dp0..\generated-samples\xor\xor.nn" -d "%STATE%" >nul 2>nul
)
if exist "%STATE%\classes.jsa" set SHARED="-XX:SharedArchiveFile=%STATE%\classes.jsa"

rem Only training runs long enough for the optimizing compiler.
if "%~1"=="train" set "QUICK="
set "MODULES="
echo %* | findstr /i /c:"--kernels vector" /c:"--kernels=vector" >nul && set "MODULES=--add-modules jdk.incubator.vector"

"%JAVA%" %COMMON% -cp "%LIB%\nngen.jar" %SHARED% %QUICK% %MODULES% dev.nngen.cli.Main %*
exit /b %ERRORLEVEL%
