"""The reconciler: compares stores, streams and views, repairs the copies, and raises the alarm."""
