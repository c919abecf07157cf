module tram.example/plainlog

go 1.24
