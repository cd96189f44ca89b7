#import <Foundation/Foundation.h>

int main(void) {
    @autoreleasepool {
        NSString *text = [NSString stringWithContentsOfFile:@"data.txt" encoding:NSUTF8StringEncoding error:NULL];
        printf("%s", [text UTF8String]);
    }
    return 0;
}
