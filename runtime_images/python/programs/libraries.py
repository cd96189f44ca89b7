"""Every library that language.toml names is imported; those that people come for do something, without a network."""

import importlib
import io
import os

LIBRARIES = """
aiohttp arrow attr bcrypt brotli bs4 cachetools chardet click colorama cryptography dateutil docx dotenv feedparser
gmpy2 html5lib httpx hypothesis imageio jinja2 jsonschema jwt Levenshtein lxml.etree lz4.frame markdown matplotlib
more_itertools mpmath msgpack networkx nltk numexpr numpy openpyxl orjson pandas PIL.Image psutil pydantic pygments
pypdf pytest pytz qrcode rapidfuzz regex reportlab requests rich scipy.optimize seaborn shapely simplejson skimage
sklearn sortedcontainers sqlite3 statsmodels sympy tabulate termcolor toml tqdm unidecode xlsxwriter xmltodict yaml
zoneinfo zstandard
"""

for name in LIBRARIES.split():
    importlib.import_module(name)

import bs4
import matplotlib.pyplot as plt
import networkx
import numpy as np
import pandas as pd
import qrcode
import scipy.optimize
import sympy
import yaml
import zoneinfo
from PIL import Image
from sklearn.linear_model import LinearRegression

assert round(np.linalg.det(np.eye(3) * 2), 9) == 8
assert pd.read_csv(io.StringIO("a,b\n1,2\n3,4")).sum().to_dict() == {"a": 4, "b": 6}
assert abs(scipy.optimize.brentq(lambda x: x * x - 2, 0, 2) - 2**0.5) < 1e-9
assert str(sympy.integrate(sympy.Symbol("x") ** 2)) == "x**3/3"
assert networkx.shortest_path(networkx.path_graph(4), 0, 3) == [0, 1, 2, 3]
assert round(LinearRegression().fit([[0], [1]], [1, 3]).predict([[2]])[0]) == 5
assert bs4.BeautifulSoup("<p>one<p>two", "lxml").find_all("p")[1].text == "two"
assert yaml.safe_load("a: [1, 2]") == {"a": [1, 2]}
assert zoneinfo.ZoneInfo("Europe/Berlin").key == "Europe/Berlin"
plt.plot([1, 2, 3])
plt.savefig(os.path.join(os.environ["ARTIFACTS_DIR"], "plot.png"))
assert Image.open(os.path.join(os.environ["ARTIFACTS_DIR"], "plot.png")).size[0] > 100
assert qrcode.make("hello").size[0] > 100
print("ok")
