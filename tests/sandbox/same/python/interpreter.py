import gc
import locale
import os
import sys

print(__name__, __file__, __doc__, __spec__, __loader__, __builtins__, sorted(globals()))
print(sys.argv, sys.orig_argv, sys.path, sys.flags, sys._xoptions, sys.warnoptions)
print(sys.executable, sys.prefix, sys.exec_prefix, sys.pycache_prefix, sys.getrecursionlimit(), sys.version)
print(sorted(sys.modules), sys.meta_path, sys.path_hooks, sorted(sys.path_importer_cache))
print(sys.getfilesystemencoding(), sys.getdefaultencoding(), locale.getlocale(), locale.setlocale(locale.LC_ALL))
print(sys.gettrace(), sys.getprofile(), sys.excepthook, sys.displayhook, sys.breakpointhook, gc.get_threshold(), gc.isenabled())
print(os.getcwd(), os.get_exec_path(), os.path.expanduser("~"))
import site
import sitecustomize
print(site.ENABLE_USER_SITE, site.USER_BASE, sitecustomize.__file__, sorted(vars(sitecustomize)))
for stream in (sys.stdin, sys.stdout, sys.stderr):
    print(stream.name, stream.mode, stream.encoding, stream.errors, stream.line_buffering, stream.write_through,
          stream.isatty(), stream.fileno(), type(stream.buffer), stream.seekable(), stream.newlines)
frame = sys._getframe()
print(frame.f_back, frame.f_code.co_filename, frame.f_lineno)
