# tries: lock memory so that it can't be reclaimed
# must: be refused more than the usual 8 MiB
import ctypes
import mmap

libc = ctypes.CDLL(None, use_errno=True)
size = 32 << 20
block = mmap.mmap(-1, size)
address = ctypes.addressof(ctypes.c_char.from_buffer(block))
locked = libc.mlock(ctypes.c_void_p(address), ctypes.c_size_t(size)) == 0
print("BREACH: locked 32 MiB" if locked else "contained")
