"""The chart and the visit, as nurse and physician work in them."""
