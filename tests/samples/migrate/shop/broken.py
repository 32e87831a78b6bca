import smartcar

def half(:
