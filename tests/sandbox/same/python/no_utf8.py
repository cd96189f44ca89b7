# -*- coding: latin-1 -*-
print(__file__, "grüße", flush=True)
import missing_module
