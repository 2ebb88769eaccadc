"""ABC notation, part by part; the public functions are in `clinamen.io.abc`."""
