module arc-example

go 1.25

require (
	example.com/pulumi-arc/sdk/go v0.0.0
	github.com/pulumi/pulumi/sdk/v3 v3.246.0
)

replace example.com/pulumi-arc/sdk/go => ./sdks/arc
