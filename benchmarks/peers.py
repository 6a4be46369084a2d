"""One peer of the clustering trial: peers.py DRIVER VECTORS.f32 DIMS

Loads the vectors and makes one call on the first 1,000 that is not timed (imports, compilation). Then each line on stdin is one call, answered
by one line of JSON: {seconds, labels, peak_mb}. The first line says {ready} or {unavailable: why}. Ends with stdin.
"""
import json
import os
import sys
import time

answers = os.fdopen(os.dup(1), 'w')
os.dup2(2, 1)  # what the libraries print is no answer


def say(**answer):
    print(json.dumps(answer), file=answers, flush=True)


def hdbscan_generic(x):
    import hdbscan
    model = hdbscan.HDBSCAN(min_cluster_size=5, min_samples=5, algorithm='generic').fit(x.astype('f8'))  # takes no other
    model.outlier_scores_  # computed when asked for, and ours gives them
    return model.labels_


def fast_hdbscan(x):
    import fast_hdbscan
    return fast_hdbscan.HDBSCAN(min_cluster_size=5, min_samples=5).fit(x).labels_


def evoc(x):
    import evoc
    return evoc.EVoC().fit_predict(x)


def umap_hdbscan(x):
    import hdbscan
    import umap
    flat = umap.UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric='cosine').fit_transform(x)
    return hdbscan.HDBSCAN(min_cluster_size=10, prediction_data=True).fit(flat).labels_


DRIVERS = {'hdbscan generic': hdbscan_generic, 'fast_hdbscan': fast_hdbscan, 'EVoC': evoc, 'UMAP 5-d + hdbscan': umap_hdbscan}

driver, file, dims = DRIVERS[sys.argv[1]], sys.argv[2], int(sys.argv[3])
try:
    import numpy
    vectors = numpy.fromfile(file, '<f4').reshape(-1, dims)
    driver(vectors[:1000])
except Exception as error:
    say(unavailable=f'{type(error).__name__}: {error}'.split('\n')[0])
    sys.exit()
say(ready=True)
for _ in sys.stdin:
    start = time.perf_counter()
    labels = driver(vectors)
    seconds = time.perf_counter() - start
    with open('/proc/self/status') as status:  # getrusage also counts what the parent held
        peak = next(int(line.split()[1]) for line in status if line.startswith('VmHWM')) / 1024
    say(seconds=seconds, labels=[int(label) for label in labels], peak_mb=round(peak))
