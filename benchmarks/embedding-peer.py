"""scikit-learn's LSA on pages from stdin (a JSON array of {title, text}): vectors to the file named, a JSON line to stdout."""
import json, sys, time

from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

pages = [" ".join((p["title"], p["title"], p["text"])) for p in json.load(sys.stdin)]
started = time.perf_counter()
weights = TfidfVectorizer(sublinear_tf=True, min_df=2, max_df=0.3).fit_transform(pages)
vectors = normalize(TruncatedSVD(256, random_state=0).fit_transform(weights)).astype("<f4")
seconds = time.perf_counter() - started
vectors.tofile(sys.argv[1])
print(json.dumps({"seconds": seconds, "dims": vectors.shape[1]}))
