"""Humdrum **kern, part by part; the public function is in `clinamen.io.kern`."""
