"""What Smartcar sends, received for good."""
