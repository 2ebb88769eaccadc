"""What `clinamen.io.musicxml` is made of."""
