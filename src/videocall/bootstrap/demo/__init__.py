"""`videocall demo`: a believable shop, made through the API itself with a moved clock."""
