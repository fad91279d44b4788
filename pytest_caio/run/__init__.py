"""One gate run: prepared, swept, judged, published."""
